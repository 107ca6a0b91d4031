// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "swift-blobstore", path: "..")],
    targets: [
        .executableTarget(
            name: "hash-benchmark",
            dependencies: [.product(name: "BLAKE3", package: "swift-blobstore")],
            path: "Sources/HashBenchmark"
        )
    ]
)
