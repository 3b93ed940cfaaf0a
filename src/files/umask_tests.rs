//! What the program keeps is for the user alone, whatever the system's usual permissions: the tests that look at files on the
//! disk, run under a mask of permissions that takes none away and under one that takes all from others.

use std::process::Command;

/// Of each file that the program makes: settings and the state of the window, the list of recent projects, that of map
/// servers, recovery and locks, kept tiles, and what is half written beside a project or a figure.
const TESTS: [&str; 7] = [
    "files::settings::tests::settings_are_for_the_user_alone_even_those_of_before",
    "files::recents::tests::the_list_is_for_the_user_alone",
    "files::servers::tests::what_is_said_of_servers_is_kept_and_can_be_taken_back",
    "files::journal::tests::nobody_else_can_read_it_and_no_planted_link_is_followed",
    "files::tile_server::store::tests::tiles_can_be_read_by_the_user_alone",
    "files::disk::tests::what_is_half_written_is_for_the_user_alone_under_a_name_of_its_own",
    "files::disk::tests::a_new_file_is_as_the_system_makes_it_and_one_that_is_replaced_stays_as_it_was",
];

#[test]
fn what_the_program_keeps_is_for_the_user_alone_whatever_the_umask() {
    for umask in ["000", "077"] {
        // A process of its own: all threads of one share their mask.
        let output = Command::new("sh")
            .args(["-c", "umask \"$0\"; exec \"$@\"", umask])
            .arg(std::env::current_exe().unwrap())
            .arg("--exact")
            .args(TESTS)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains(&format!("{} passed", TESTS.len())), "umask {umask}: {said}");
    }
}
