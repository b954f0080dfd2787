//! A dashboard while it is made: sections of panels, which are placed from left to right in 24 columns.

use super::grafana::{self, Dashboard, Datasource, GridPos, Variable};
use super::panel::Panel;
use std::collections::BTreeSet;

const COLUMNS: u32 = 24;
/// What Grafana takes of a uid.
const UID: usize = 40;

/// A folder of Grafana: who looks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Folder {
    Operations,
    Services,
    Business,
    Clinicians,
    Administration,
}

impl Folder {
    /// The folder's name, in Grafana and among the files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Services => "services",
            Self::Business => "business",
            Self::Clinicians => "clinicians",
            Self::Administration => "administration",
        }
    }
}

/// A dashboard, and what it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    /// Its file, without an ending.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) folder: Folder,
    pub(crate) tags: Vec<&'static str>,
    /// How far back it looks at first.
    pub(crate) from: &'static str,
    /// The jobs that it shows at first; all of them where there is none.
    pub(crate) jobs: Vec<String>,
    /// Beside the data sources, the job and the instance.
    pub(crate) variables: Vec<Variable>,
    /// Whether it is there for logs, also where it shows no metric.
    pub(crate) is_of_logs: bool,
    sections: Vec<Section>,
    /// What it would show, and why it can't.
    pub(crate) left_out: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Section {
    title: String,
    is_closed: bool,
    panels: Vec<Panel>,
}

impl Board {
    pub(crate) fn new(name: impl Into<String>, title: impl Into<String>, folder: Folder, description: &str) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            description: description.to_owned(),
            folder,
            tags: Vec::new(),
            from: "now-6h",
            jobs: Vec::new(),
            variables: Vec::new(),
            is_of_logs: false,
            sections: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Begins a section.
    pub(crate) fn section(&mut self, title: &str) {
        self.sections.push(Section { title: title.to_owned(), is_closed: false, panels: Vec::new() });
    }

    /// Begins a section whose panels are asked for only when somebody opens it.
    pub(crate) fn closed_section(&mut self, title: &str) {
        self.sections.push(Section { title: title.to_owned(), is_closed: true, panels: Vec::new() });
    }

    /// Adds a panel to the section, if there is anything that it can show.
    pub(crate) fn add(&mut self, mut panel: Panel) {
        // Metrics of several namespaces are called the same: the second one says which it is.
        if self.panels().any(|other| other.title == panel.title)
            && let Some(metric) = panel.metrics.first()
        {
            panel.title = format!("{} ({metric})", panel.title);
        }
        if !panel.shows() {
            self.left_out.push((panel.title.clone(), panel.missing.join("; ")));
        } else if let Some(section) = self.sections.last_mut() {
            section.panels.push(panel);
        }
    }

    fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.sections.iter().flat_map(|section| &section.panels)
    }

    /// The metrics that it shows, by name.
    pub(crate) fn metrics(&self) -> BTreeSet<String> {
        self.panels().flat_map(|panel| panel.metrics.iter().cloned()).collect()
    }

    /// Whether it is worth a file.
    pub(crate) fn shows(&self) -> bool {
        self.is_of_logs || self.panels().any(Panel::is_of_metrics)
    }

    /// The dashboard; `presence` are series that every job has.
    pub(crate) fn dashboard(self, presence: &str) -> Dashboard {
        let mut dashboard = Dashboard::new(uid(&self.name), self.title.clone(), self.description.clone(), self.from);
        dashboard.tags = [super::TAG, self.folder.name()].iter().chain(&self.tags).map(|&tag| tag.to_owned()).collect();
        dashboard.variables(self.all_variables(presence));
        let mut place = Place::default();
        for section in self.sections.into_iter().filter(|section| section.panels.iter().any(Panel::shows)) {
            place.section(section, &mut dashboard.panels);
        }
        dashboard
    }

    fn all_variables(&self, presence: &str) -> Vec<Variable> {
        let mut variables = vec![Variable::datasource("datasource", "Metrics", "prometheus")];
        let has_logs = self.panels().any(|panel| panel.asks(&Datasource::loki()));
        if has_logs {
            variables.push(Variable::datasource("loki", "Logs", "loki"));
            variables.push(Variable::datasource("traces", "Traces", "jaeger"));
        }
        variables.push(Variable::values("job", "Service", presence, &self.jobs));
        let of_job = match presence.strip_suffix('}') {
            Some(open) => format!(r#"{open},job=~"$job"}}"#),
            None => format!(r#"{presence}{{job=~"$job"}}"#),
        };
        // Log lines have no instance.
        if self.panels().any(Panel::is_of_metrics) {
            variables.push(Variable::values("instance", "Instance", &of_job, &[]));
        }
        variables.extend(self.variables.iter().cloned());
        variables
    }
}

/// What the uid of a dashboard is: its name where there is room for it, else its beginning with a hash of all of it. It
/// stays the same as long as the name does, so links to it do.
pub(crate) fn uid(name: &str) -> String {
    let whole = format!("observe-{name}");
    if whole.len() <= UID && whole.is_ascii() {
        return whole;
    }
    // FNV-1a.
    let hash = whole
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let begin: String = whole.chars().filter(char::is_ascii).take(UID - 17).collect();
    format!("{begin}-{hash:016x}")
}

/// Where the next panel goes.
#[derive(Debug, Default)]
struct Place {
    id: u32,
    y: u32,
}

impl Place {
    fn section(&mut self, section: Section, panels: &mut Vec<grafana::Panel>) {
        self.id += 1;
        let row_at = (self.id, self.y);
        self.y += 1;
        let placed = self.flow(section.panels);
        let (inside, after) = if section.is_closed { (placed, Vec::new()) } else { (Vec::new(), placed) };
        panels.push(row(row_at, section.title, section.is_closed, inside));
        panels.extend(after);
    }

    /// From left to right, and on below the highest of those beside each other.
    fn flow(&mut self, panels: Vec<Panel>) -> Vec<grafana::Panel> {
        let (mut x, mut height) = (0, 0);
        let mut placed = Vec::new();
        for panel in panels {
            if x + panel.width > COLUMNS {
                self.y += height;
                (x, height) = (0, 0);
            }
            self.id += 1;
            height = height.max(panel.height);
            let width = panel.width;
            placed.push(panel.placed(self.id, x, self.y));
            x += width;
        }
        self.y += height;
        placed
    }
}

fn row((id, y): (u32, u32), title: String, is_closed: bool, panels: Vec<grafana::Panel>) -> grafana::Panel {
    grafana::Panel {
        id,
        r#type: "row",
        title,
        description: String::new(),
        datasource: None,
        grid_pos: GridPos { h: 1, w: COLUMNS, x: 0, y },
        targets: Vec::new(),
        field_config: None,
        options: None,
        transformations: Vec::new(),
        collapsed: Some(is_closed),
        panels: Some(panels),
    }
}
