import Glibc

// The two functions that libFuzzer calls; its own `main` is the program's.

/// The target of this process: `--target=NAME` among its arguments.
private let target: FuzzTarget = {
    let name = argument("target") ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
        print("--target=NAME is needed, with one of \(names)")
        exit(2)
    }
    return target
}()

private func argument(_ name: String) -> String? {
    let prefix = "--\(name)="
    return CommandLine.arguments.first { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        .map(String.init)
}

/// Called once before the first input; `--seeds=DIRECTORY` writes the first corpus and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    if let directory = argument("seeds") {
        target.writeCorpus(to: directory)
        exit(0)
    }
    return 0
}

/// Called with each input; a property that does not hold ends the process, which libFuzzer reports
/// with the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        print("\(target.name): \(error)")
        fflush(nil)
        abort()
    }
    return 0
}
