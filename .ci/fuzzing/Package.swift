// swift-tools-version: 6.2
import PackageDescription

// The fuzz targets for the decoders of the data plane; see `.ci/fuzz`.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "fuzz",
    targets: [
        room("CutoverCore"),
        .target(name: "CLinux"),
        room("CutoverWire", ["CutoverCore", "CLinux"]),
        room("CutoverProxy", ["CutoverCore", "CutoverWire", "CLinux"]),
        .executableTarget(
            name: "CutoverProxyFuzz",
            dependencies: ["CutoverWire", "CutoverProxy"],
            path: "Fuzz",
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
