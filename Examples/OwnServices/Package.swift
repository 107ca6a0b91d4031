// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "OwnServices",
    dependencies: [
        .package(name: "swift-blobstore", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "OwnServices",
            dependencies: [
                .product(name: "BLAKE3", package: "swift-blobstore"),
                .product(name: "BlobComposition", package: "swift-blobstore"),
                .product(name: "BlobStore", package: "swift-blobstore"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources"
        )
    ]
)
