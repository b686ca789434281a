// swift-tools-version: 6.2
import PackageDescription

// The data plane and its tests by themselves, to be built under a sanitizer; see `.ci/sanitize`.
//
// The package at the top would take every dependency of the control plane along, which takes ten
// times as long. The sources are the same ones.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

let package = Package(
    name: "data-plane",
    targets: [
        room("CutoverCore"),
        .target(name: "CLinux"),
        room("CutoverWire", ["CutoverCore", "CLinux"]),
        room("CutoverProxy", ["CutoverCore", "CutoverWire", "CLinux"]),
        .target(name: "MutexForThreadSanitizer", path: "MutexForThreadSanitizer"),
        tests("CutoverWireTests", ["CutoverWire", "CLinux"]),
        tests(
            "CutoverProxyTests",
            ["CutoverWire", "CutoverProxy", "CLinux", "MutexForThreadSanitizer"],
            // Its Python library stands beside the other build.
            exclude: ["WebSocket"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
