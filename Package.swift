// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A module: every one is compiled with the same strict settings.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

func nio(_ name: String) -> Target.Dependency {
    .product(name: name, package: "swift-nio")
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "cutover",
    products: [
        .executable(name: "cutover", targets: ["cutover"]),
        .executable(name: "cutover-bench", targets: ["CutoverBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        room("CutoverCore"),
        room("CutoverManifest", ["CutoverCore", "Yams"]),
        room("CutoverStore", ["CutoverCore", grdb]),
        .target(name: "CLinux"),
        room("CutoverWire", ["CutoverCore", "CLinux"]),
        room("CutoverProxy", ["CutoverCore", "CutoverWire", "CLinux"]),
        room(
            "CutoverDrivers",
            [
                "CutoverCore", "CutoverWire", "CLinux", logging, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]
        ),
        room(
            "CutoverEngine",
            ["CutoverCore", "CutoverStore", "CutoverWire", "CutoverDrivers", logging]
        ),
        room("CutoverScreen"),
        .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw")]),
        room("CutoverTerminal", ["CutoverScreen", "CTerminal"]),
        .target(
            name: "CutoverDashboard",
            dependencies: ["CutoverCore", "CutoverScreen"],
            resources: [.embedInCode("themes")],
            swiftSettings: settings
        ),
        room(
            "CutoverDemo",
            ["CutoverCore", "CutoverScreen", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")]
        ),
        .executableTarget(
            name: "cutover",
            dependencies: [
                "CutoverCore", "CutoverManifest", "CutoverStore", "CutoverWire", "CutoverProxy",
                "CutoverDrivers", "CutoverEngine", "CutoverScreen", "CutoverTerminal",
                "CutoverDashboard", "CutoverDemo", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .target(name: "CBench"),
        .executableTarget(
            name: "CutoverBench",
            dependencies: [
                "CutoverWire", "CLinux", "CBench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        room(
            "CutoverTestSupport",
            [
                "CutoverCore", "CutoverStore", "CutoverWire", "CutoverDrivers", "CutoverEngine",
                logging,
            ]
        ),
        tests(
            "CutoverCoreTests",
            ["CutoverCore", "CutoverTestSupport"],
            exclude: ["Golden", "Transcripts"]
        ),
        tests("CutoverManifestTests", ["CutoverCore", "CutoverManifest"], exclude: ["Cases"]),
        tests("CutoverStoreTests", ["CutoverCore", "CutoverStore", grdb], exclude: ["Golden"]),
        tests("CutoverWireTests", ["CutoverWire", "CLinux"]),
        tests(
            "CutoverProxyTests",
            ["CutoverWire", "CutoverProxy", "CLinux"],
            exclude: ["WebSocket/websocket_peers.py"]
        ),
        tests(
            "CutoverDriversTests",
            [
                "CLinux", "CutoverCore", "CutoverWire", "CutoverDrivers", "CutoverTestSupport",
                "cutover", logging, nio("NIOCore"), nio("NIOPosix"),
            ]
        ),
        tests(
            "CutoverEngineTests",
            [
                "CutoverCore", "CutoverStore", "CutoverWire", "CutoverDrivers", "CutoverEngine",
                "CutoverTestSupport", logging, grdb,
            ]
        ),
        tests(
            "CutoverDemoTests",
            ["CutoverCore", "CutoverScreen", "CutoverDemo", nio("NIOCore"), nio("NIOPosix")]
        ),
        tests("CutoverScreenTests", ["CutoverScreen"]),
        tests("CutoverTerminalTests", ["CTerminal", "CutoverScreen", "CutoverTerminal"]),
        tests(
            "CutoverDashboardTests",
            ["CutoverCore", "CutoverScreen", "CutoverDashboard"],
            exclude: ["Frames"]
        ),
        tests(
            "CommandLineTests",
            [
                "CutoverCore", "CutoverManifest", "CutoverWire", "CutoverProxy", "CutoverEngine",
                "cutover", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        tests(
            "EndToEndTests",
            ["cutover", "CutoverBench"],
            exclude: ["Support/independent_client.py", "Support/slow_service.py"]
        ),
        tests("CutoverBenchTests", ["CutoverBench"]),
        tests("TidyTests"),
    ],
    swiftLanguageModes: [.v6]
)
