import CutoverCore
import CutoverScreen

extension DashboardModel {
    /// Takes the keys of one read.
    mutating func handle(_ keys: [Key]) -> [DashboardCommand] {
        let outcome = keyGuard.admit(keys, isTyping: modal?.isTextField ?? false, now: now)
        if let dropped = outcome.dropped {
            say(.refused, dropped)
        }
        if outcome.isBurst, modal?.movesTraffic ?? false {
            modal = nil
        }
        return outcome.presses.flatMap { handle($0) }
    }

    private mutating func handle(_ press: KeyGuard.Press) -> [DashboardCommand] {
        if case .control(let letter) = press.key, let commands = handleControl(letter) {
            return commands
        }
        switch modal {
        case .confirmation(let confirmation): return answer(confirmation, press)
        case .quit(let question): return answer(question, press)
        case .deploy(let form): return edit(form, press.key)
        case .themes(let picker): return choose(picker, press.key)
        case .filter(let field): return edit(field, press.key)
        case nil: break
        }
        if let verb = Verb(key: press.key) {
            // A key held down would ask again as soon as its question is cancelled.
            return press.isRepeat ? [] : request(verb)
        }
        if handleMovement(press.key) { return [] }
        return handleLetter(press)
    }

    /// The keys that mean the same everywhere.
    private mutating func handleControl(_ letter: Unicode.Scalar) -> [DashboardCommand]? {
        switch letter {
        case "c":
            if modal != nil {
                modal = nil
                say(.refused, "cancelled: nothing was changed")
                return []
            }
            return quit()
        case "l": return [.redraw]
        case "z": return suspend()
        default: return nil
        }
    }

    private mutating func handleMovement(_ key: Key) -> Bool {
        let half = max(size.rows / 2, 1)
        switch key {
        case .character("j"), .down: move(by: 1)
        case .character("k"), .up: move(by: -1)
        case .character("g"), .home: move(by: -Int.max)
        case .character("G"), .end: move(by: Int.max)
        case .control("d"), .pageDown: move(by: half)
        case .control("u"), .pageUp: move(by: -half)
        case .tab, .right: changeFocus(by: 1)
        case .backTab, .left: changeFocus(by: -1)
        default: return false
        }
        return true
    }

    private mutating func changeFocus(by distance: Int) {
        guard page == .overview else { return }
        let panes = Pane.allCases
        let current = panes.firstIndex(of: focus) ?? 0
        focus = panes[(current + distance + panes.count) % panes.count]
    }

    private mutating func handleLetter(_ press: KeyGuard.Press) -> [DashboardCommand] {
        switch press.key {
        case .enter: open()
        case .escape: back()
        case .character("?"): page = .help(scroll: 0)
        case .character("e"): page = .events(.service, scroll: 0)
        case .character("E"): page = .events(.all, scroll: 0)
        case .character("i"): openInstance()
        case .character("l"): openLog()
        case .character("/"): openFilter()
        case .character("t"): modal = .themes(ThemePicker(of: themes, current: theme))
        case .character("f"): freeze()
        case .character("a"): acknowledge()
        case .character("y"): return copy()
        case .character("q"):
            if page == .overview { return quit() }
            back()
        case .unknown, .pasteBegin, .pasteEnd, .insert: break
        default: say(.refused, "\(press.key.name) does nothing here; ? lists the keys")
        }
        return []
    }
}

// MARK: - What keys without danger do

extension DashboardModel {
    private mutating func open() {
        switch (page, focus) {
        case (.overview, .services): focus = .instances
        case (.overview, .instances): openInstance()
        case (.overview, .events): page = .events(.service, scroll: 0)
        default: back()
        }
    }

    private mutating func openFilter() {
        guard page == .overview else {
            return say(.refused, "/ filters the services: esc goes back to them first")
        }
        selectionBeforeFilter = selectedService
        modal = .filter(TextField())
    }

    private mutating func back() {
        if page != .overview {
            page = .overview
        } else if focus != .services {
            focus = .services
        } else if !filter.isEmpty {
            filter = ""
            keepSelection()
        } else {
            message = nil
        }
    }

    private mutating func openInstance() {
        guard let instance else { return say(.refused, "there is no instance to look at") }
        selectedInstance = instance.id
        page = .instance(scroll: 0)
    }

    private mutating func openLog() {
        guard let instance else { return say(.refused, "there is no instance with a log") }
        selectedInstance = instance.id
        page = .log(scroll: 0)
    }

    private mutating func freeze() {
        if frozen != nil {
            frozen = nil
            keepSelection()
        } else if let latest {
            frozen = Freeze(snapshot: latest, since: now)
        }
    }

    private mutating func acknowledge() {
        guard let first = problems.first else { return say(.refused, "nothing to acknowledge") }
        acknowledged.insert(first.id)
        say(.done, "acknowledged: it stays in the table and in the events")
    }

    private mutating func copy() -> [DashboardCommand] {
        guard let service else { return [] }
        let isInstance = focus == .instances || page.isOfInstance
        let address = isInstance ? instance?.address : service.preview ?? service.listen
        guard let address, !address.isEmpty else {
            say(.refused, "there is no address to copy")
            return []
        }
        say(.done, "copied \(address.safeName)")
        return [.copy(address.safeName)]
    }

    /// What is wrong and not acknowledged, the worst first; never frozen, since it has to be seen.
    var problems: [Problem] {
        guard let latest else { return [] }
        return Problem.all(in: latest, failures: failures, now: now)
            .filter { !acknowledged.contains($0.id) }
    }

    private mutating func edit(_ field: TextField, _ key: Key) -> [DashboardCommand] {
        var field = field
        switch key {
        case .character(let scalar): field.append(scalar)
        case .backspace, .delete: field.deleteLast()
        case .enter:
            modal = nil
            return []
        case .escape:
            modal = nil
            field.clear()
        default: break
        }
        filter = field.text
        if modal != nil { modal = .filter(field) }
        // Each letter narrows from where the cursor was, and none of them moves it for good.
        if selectedService != selectionBeforeFilter {
            selectedService = selectionBeforeFilter
            selectedInstance = nil
        }
        keepSelection()
        return []
    }

    private mutating func choose(_ picker: ThemePicker, _ key: Key) -> [DashboardCommand] {
        var picker = picker
        switch key {
        case .character("j"), .down: picker.move(by: 1)
        case .character("k"), .up: picker.move(by: -1)
        case .enter:
            modal = nil
            say(.done, "theme \(picker.chosen) until cutover ends; --theme keeps it")
            return []
        default:
            modal = nil
            theme = picker.before
            return []
        }
        modal = .themes(picker)
        if let chosen = themes.themes[picker.chosen] { theme = chosen }
        return []
    }
}

extension DashboardModel.Page {
    var isOfInstance: Bool {
        switch self {
        case .instance, .log: true
        case .overview, .help, .events: false
        }
    }
}

extension DashboardModel.Modal {
    var isTextField: Bool {
        switch self {
        case .deploy, .filter: true
        case .confirmation, .quit, .themes: false
        }
    }

    var movesTraffic: Bool {
        switch self {
        case .confirmation, .quit: true
        case .deploy, .filter, .themes: false
        }
    }
}

extension Key {
    /// What the key is called on screen.
    var name: String {
        switch self {
        case .character(let scalar): scalar == " " ? "space" : String(scalar).safeName
        case .control(let letter): "ctrl-" + String(letter)
        case .alt(let scalar): "alt-" + String(scalar).safeName
        case .function(let number): "F\(number)"
        default: "that key"
        }
    }
}
