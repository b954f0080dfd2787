use super::*;

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("observe-log-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.join("app.json")
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(folder: &Folder, most: Option<u64>) -> LogFile {
    let (file, complaint) = LogFile::open(folder.path(), most);
    assert_eq!(complaint, None);
    file
}

/// Has the next line look, as if a second had passed.
fn look_again(file: &LogFile) {
    let mut state = file.state.lock().unwrap();
    state.looked = state.looked.checked_sub(LOOK).unwrap();
}

#[test]
fn lines_are_appended_to_what_is_there() {
    let folder = Folder::new("append");
    fs::write(folder.path(), "old\n").unwrap();
    let file = open(&folder, None);
    file.write("a\n").unwrap();
    file.write("b\n").unwrap();
    assert_eq!(folder.text("app.json"), "old\na\nb\n");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("mode");
    let _file = open(&folder, None);
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn a_file_that_was_moved_or_removed_is_begun_anew() {
    let folder = Folder::new("moved");
    let file = open(&folder, None);
    file.write("a\n").unwrap();
    fs::rename(folder.path(), folder.0.join("moved")).unwrap();
    file.write("b\n").unwrap();
    look_again(&file);
    file.write("c\n").unwrap();
    assert_eq!((folder.text("moved").as_str(), folder.text("app.json").as_str()), ("a\nb\n", "c\n"));
    fs::remove_file(folder.path()).unwrap();
    look_again(&file);
    file.write("d\n").unwrap();
    assert_eq!(folder.text("app.json"), "d\n");
}

#[test]
fn a_full_file_is_kept_beside_the_new_one() {
    let folder = Folder::new("size");
    let file = open(&folder, Some(10));
    for line in ["1234\n", "5678\n", "9\n", "a line that is longer than the file may be\n", "end\n"] {
        file.write(line).unwrap();
    }
    assert_eq!(folder.text("app.json"), "end\n");
    assert_eq!(folder.text("app.json.1"), "a line that is longer than the file may be\n");
}

/// Another process has begun a new file: it must not take the place of the old one.
#[cfg(unix)]
#[test]
fn a_file_is_moved_by_one_process_only() {
    let folder = Folder::new("two");
    let (one, other) = (open(&folder, Some(10)), open(&folder, Some(10)));
    one.write("12345678\n").unwrap();
    look_again(&other);
    other.write("next\n").unwrap();
    one.write("more\n").unwrap();
    assert_eq!((folder.text("app.json.1").as_str(), folder.text("app.json").as_str()), ("12345678\n", "next\nmore\n"));
}

#[test]
fn what_cannot_be_opened_is_said_once_and_tried_again() {
    let folder = Folder::new("missing");
    let path = folder.0.join("later").join("app.json");
    let (file, complaint) = LogFile::open(path.clone(), None);
    assert!(complaint.unwrap().contains("can't be written"));
    assert_eq!(file.write("a\n"), Err(None));
    fs::create_dir(folder.0.join("later")).unwrap();
    look_again(&file);
    file.write("b\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "b\n");
    // The next time is another one.
    fs::remove_dir_all(folder.0.join("later")).unwrap();
    look_again(&file);
    assert!(file.write("c\n").unwrap_err().is_some_and(|sentence| sentence.contains("app.json")));
    assert_eq!(file.write("d\n"), Err(None));
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_lines_and_nothing_else() {
    let (file, complaint) = LogFile::open(PathBuf::from("/dev/full"), Some(1));
    assert_eq!(complaint, None);
    assert!(file.write("a\n").unwrap_err().is_some());
    assert_eq!(file.write("b\n"), Err(None));
}

#[test]
fn a_line_behind_a_torn_one_begins_anew() {
    let folder = Folder::new("torn");
    let file = open(&folder, None);
    file.write("half of a li").unwrap();
    file.state.lock().unwrap().is_torn = true;
    file.write("whole\n").unwrap();
    file.write("next\n").unwrap();
    assert_eq!(folder.text("app.json"), "half of a li\nwhole\nnext\n");
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_the_reader_of_a_pipe() {
    let folder = Folder::new("pipe");
    let made = std::process::Command::new("mkfifo").arg(folder.path()).status().unwrap();
    assert!(made.success());
    let (file, complaint) = LogFile::open(folder.path(), None);
    assert!(complaint.is_some_and(|complaint| complaint.contains("can't be written")));
    assert_eq!(file.write("lost\n"), Err(None));

    // To open it for both does not wait either.
    let mut reader = OpenOptions::new().read(true).write(true).open(folder.path()).unwrap();
    look_again(&file);
    assert_eq!(file.write("first\n"), Ok(()));
    let mut text = [0; 6];
    io::Read::read_exact(&mut reader, &mut text).unwrap();
    assert_eq!(&text, b"first\n");
    // It is full after a while, and that is said once.
    let line = format!("{}\n", "x".repeat(4095));
    let complaints: Vec<String> = (0..1000).filter_map(|_| file.write(&line).err().flatten()).collect();
    assert_eq!(complaints.len(), 1);
}
