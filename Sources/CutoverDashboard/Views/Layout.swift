import CutoverScreen

/// How a screen of some size is used.
enum Layout: Hashable {
    /// One line for each service.
    case lines
    /// Table, a folded strip of the selected service, events.
    case folded
    /// Table, the selected service with its grid, events below.
    case stacked
    /// The same with the events beside the grid.
    case beside
    /// Every pane at once.
    case panes

    init(_ size: Size) {
        if size.columns < 40 || size.rows < 10 {
            self = .lines
        } else if size.columns < 80 || size.rows < 24 {
            self = .folded
        } else if size.columns >= 160, size.rows >= 45 {
            self = .panes
        } else {
            self = size.columns >= 120 ? .beside : .stacked
        }
    }

    /// The rows that a page has below its title.
    func pageRows(of model: DashboardModel) -> Int {
        let banner = BannerView(model: model)
        let rows = model.size.rows
        switch self {
        case .lines:
            let above = rows >= 3 ? rows - 1 : rows
            let body = above - banner.rowCount(limit: above >= 3 ? 1 : 0)
            return body >= 3 ? body - 1 : body
        case .folded, .stacked, .beside, .panes:
            // Header, title, message and keys stand around it.
            return rows - 4 - banner.rowCount(limit: BannerView.limit(self))
        }
    }
}
