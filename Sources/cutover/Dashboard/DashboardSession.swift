import CutoverCore
import CutoverDashboard
import CutoverScreen
import CutoverTerminal
import Foundation

/// The loop of the terminal's thread: takes input, tells the model, draws, and hands on what it
/// wants.
///
/// The engine never waits for this thread: snapshots come through a queue that keeps the newest,
/// and commands leave through a stream.
final class DashboardSession {
    /// Why the loop ended.
    enum Ending: Sendable {
        case quit(Departure)
        /// The terminal is gone.
        case hangup
        case terminated
    }

    private let terminal: Terminal
    private var model: DashboardModel
    private let queue: InputQueue
    private let outbox: AsyncStream<DashboardErrand>.Continuation
    private let now: @Sendable () -> Timestamp
    private var lastTheme: String

    init(
        terminal: Terminal,
        model: DashboardModel,
        queue: InputQueue,
        outbox: AsyncStream<DashboardErrand>.Continuation,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.terminal = terminal
        self.model = model
        self.queue = queue
        self.outbox = outbox
        self.now = now
        lastTheme = model.theme.name
        queue.attach(terminal.waker)
    }

    /// Runs until the operator leaves or the terminal does.
    func run() -> Ending {
        draw()
        while true {
            var keys: [Key] = []
            var inputs: [DashboardInput] = []
            var next = terminal.nextInput(within: .seconds(1))
            if next == nil { inputs.append(.tick) }
            while let input = next {
                switch input {
                case .key(let key): keys.append(key)
                case .wake: break
                case .resized(let size): inputs.append(.resized(size))
                case .stopRequested: keys.append(.control("z"))
                case .interrupted: keys.append(.control("c"))
                case .terminated: return .terminated
                case .hangup: return .hangup
                }
                next = terminal.nextInput(within: .zero)
            }
            inputs += queue.takeAll()
            if !keys.isEmpty { inputs.append(.keys(keys)) }
            for input in inputs {
                for command in model.handle(input, now: now()) {
                    if let ending = perform(command) { return ending }
                }
            }
            draw()
        }
    }

    private func draw() {
        if model.theme.name != lastTheme {
            lastTheme = model.theme.name
            terminal.use(model.theme)
        }
        var frame = Buffer(model.size)
        CutoverDashboard.draw(model, into: &frame)
        terminal.draw(frame)
        _ = model.handle(.drawn, now: now())
    }

    private func perform(_ command: DashboardCommand) -> Ending? {
        switch command {
        case .send(let command): outbox.yield(.send(command))
        case .readLog(let instance, let service): outbox.yield(.readLog(instance, service))
        case .copy(let text): terminal.copy(text)
        case .setTitle(let title): terminal.setTitle(title)
        case .bell: terminal.beep()
        case .redraw: terminal.repaint()
        case .suspend:
            finishErrands(by: DashboardErrand.suspend)
            terminal.suspend()
            outbox.yield(.resume)
            _ = model.handle(.resumed, now: now())
        case .quit(let departure):
            finishErrands()
            return .quit(departure)
        }
        return nil
    }

    /// Waits until the engine has answered what was sent before: a pause must be in force before
    /// the process stops.
    private func finishErrands(
        by last: (@escaping @Sendable () -> Void) -> DashboardErrand = DashboardErrand.finish
    ) {
        let finished = DispatchSemaphore(value: 0)
        outbox.yield(last { finished.signal() })
        _ = finished.wait(timeout: .now() + 3)
    }
}

/// What the terminal's thread wants of the engine, in order.
enum DashboardErrand: Sendable {
    case send(EngineCommand)
    case readLog(InstanceID, ServiceName)
    /// Called when everything before it is done.
    case finish(@Sendable () -> Void)
    /// The same before this process is stopped for a while.
    case suspend(@Sendable () -> Void)
    /// It goes on.
    case resume
}
