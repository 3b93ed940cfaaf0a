//! Copies of sources in the window: nothing is asked before the button that names the server, and each copy is one step.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use claimline::dossier::manuscript::List;
use claimline::dossier::standing::State;
use claimline::session::EvidenceEdit;
use serde_json::json;

/// A server of one page that can be changed, and how often it was asked.
fn paper() -> (String, Arc<Mutex<String>>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let page = Arc::new(Mutex::new("<p>The ferry to the shore runs again from 3 May.</p>".to_owned()));
    let (theirs, asked) = (Arc::clone(&page), Arc::<AtomicUsize>::default());
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while reader.read_line(&mut request).is_ok_and(|read| read > 2) {}
            count.fetch_add(1, Ordering::Relaxed);
            let page = theirs.lock().unwrap().clone();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n", page.len());
            let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{page}").as_bytes());
        }
    });
    (name, page, asked)
}

fn files(app: &ClaimlineApp) -> Vec<String> {
    app.session().manuscript().unwrap().files().keys().cloned().collect()
}

#[test]
fn a_page_is_captured_where_it_is_said_who_is_asked_and_checked_again() {
    let (server, page, asked) = paper();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::NewDossier));
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Title").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Title").type_text("Quill");
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let put = |list: List, entry: serde_json::Value| {
        Action::EditEvidence(EvidenceEdit::put(list, entry.as_object().unwrap().clone()))
    };
    let source =
        json!({ "id": "post", "outlet": "Quill Post", "title": "Ferry", "url": format!("http://{server}/ferry") });
    harness.state_mut().act(&ctx, put(List::Sources, source));
    let excerpt = json!({ "id": "may", "source": "post", "does": "context",
        "exact": "The ferry to the shore runs again from 3 May" });
    harness.state_mut().act(&ctx, put(List::Excerpts, excerpt));
    harness.run_ok();
    harness.get_by_label("Sources").click();
    harness.run_ok();

    harness.get_by_label("Capture the page of Quill Post…").click();
    harness.run_ok();
    assert_eq!(asked.load(Ordering::Relaxed), 0, "the menu only says who would be asked");
    harness.get_by_label(&format!("Capture now from {server}")).click();
    wait(&mut harness, "the capture", |app| !app.session().dossier().sources[0].archived.is_empty());
    harness.run_ok();
    let kept = files(harness.state());
    assert!(kept.len() == 1 && kept[0].starts_with("captures/post-") && kept[0].ends_with(".wacz"), "{kept:?}");
    harness.get_by_label_contains("1 capture");
    // One step back takes the file and the entry.
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert!(files(harness.state()).is_empty());
    wait(&mut harness, "the step back", |app| app.session().dossier().sources[0].archived.is_empty());
    harness.state_mut().act(&ctx, Action::Command(Command::Redo));
    wait(&mut harness, "the step again", |app| !app.session().dossier().sources[0].archived.is_empty());
    harness.run_ok();

    *page.lock().unwrap() = "<p>The ferry to the shore runs again from 9 June.</p>".to_owned();
    let before = asked.load(Ordering::Relaxed);
    harness.get_by_label("Check the excerpts again in live pages…").click();
    harness.run_ok();
    assert_eq!(asked.load(Ordering::Relaxed), before, "the menu only says who would be asked");
    harness.get_by_label("Ask it").click();
    wait(&mut harness, "the pages", |app| app.session().texts().standing("may").is_some());
    harness.run_ok();
    let standing = harness.state().session().texts().standing("may").unwrap().clone();
    assert!(matches!(&standing.state, State::Reworded { now, .. } if now.contains("9 June")), "{standing:?}");
    assert_eq!(standing.held_in, kept);
    harness.get_by_label("IN THE PAGE NOW");
    harness.get_by_label_contains("0 of 1 live on");
}
