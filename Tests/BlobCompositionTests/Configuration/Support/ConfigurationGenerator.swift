// SPDX-License-Identifier: Apache-2.0
import BlobComposition

/// Makes configurations that differ from seed to seed.
struct ConfigurationGenerator {
    static let context = ConfigurationContext(customTypes: ["tape"])

    private var state: UInt64
    private var names: [String] = []

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    private mutating func text() -> String {
        let letters = Array("abcXYZ019 _-./:+&?=%#\"'\\\n\t[]{}é👩\u{7f}")
        return String((0..<number(0...12)).map { _ in letters[number(0...letters.count - 1)] })
    }

    /// Makes a configuration without circles: each service refers to earlier ones only.
    mutating func configuration() throws -> CompositionConfiguration {
        var services: [String: ServiceConfiguration] = [:]
        names = []
        for index in 0..<number(0...8) {
            let name = "\(text())\(index)"
            services[name] = try service()
            names.append(name)
        }
        services["root"] = try service()
        return CompositionConfiguration(services: services)
    }

    private mutating func reference() throws -> ServiceReference {
        if !names.isEmpty, number(0...2) > 0 { return .entry(names[number(0...names.count - 1)]) }
        let urls = [
            "memory:", "local:/a b?c#d", "/x", "./y", "local:z%20", "grpc+unix:/s?wait-connect=1",
            "grpc+https://h:1?tls-ca-cert-path=/a%20b", "objectstore+file:///x",
            "objectstore+s3://b/p?aws_access_key_id=a%2B&aws_secret_access_key=c%26+d",
            "tape:x y?z",
            "tape+far://me:p@h",
            "cache:?near=memory:&far=cache:?near%3D/x%26far%3Dgrpc%252Bunix:/s",
        ]
        let url = urls[number(0...urls.count - 1)]
        return .url(try ServiceURL(url, context: Self.context))
    }

    private mutating func source() throws -> ServiceConfiguration.Source {
        let timeouts: [Duration] = [
            .seconds(10), .milliseconds(1), .nanoseconds(17), .seconds(86_400),
        ]
        return .init(
            try reference(),
            name: text(),
            priority: number(-5...5),
            trusted: number(0...1) == 0,
            timeout: timeouts[number(0...3)]
        )
    }

    private mutating func size(_ least: Int) -> Int {
        max(least, number(0...1_000_000) << number(0...30))
    }

    private mutating func value(_ depth: Int = 0) -> ConfigurationValue {
        switch number(0...(depth < 4 ? 5 : 3)) {
        case 0: return .string(text())
        case 1: return .integer(number(-1000...1000))
        case 2: return .float(Double(number(-1000...1000)) / 7)
        case 3: return .boolean(number(0...1) == 0)
        case 4: return .array((0..<number(0...3)).map { _ in value(depth + 1) })
        default: return .table(values(depth + 1))
        }
    }

    private mutating func values(_ depth: Int) -> [String: ConfigurationValue] {
        var values: [String: ConfigurationValue] = [:]
        for index in 0..<number(0...3) { values["\(text())\(index)"] = value(depth) }
        return values
    }

    private mutating func service() throws -> ServiceConfiguration {
        switch number(0...10) {
        case 0: return .memory(.init(limit: number(0...1) == 0 ? nil : size(1)))
        case 1: return .local(.init(path: "/" + text()))
        case 2: return .grpc(.init(url: "grpc+http://h\(number(0...9))"))
        case 3:
            return .objectStore(
                .init(
                    url: "gs://b/p",
                    options: ["\(text())k": text()],
                    averageChunkSize: number(0...1) == 0 ? nil : size(1)
                )
            )
        case 4:
            return .cache(
                .init(
                    near: try reference(),
                    far: try reference(),
                    write: number(0...1) == 0 ? .near : .through,
                    window: size(0),
                    memory: size(0)
                )
            )
        case 5:
            let sources = try (0..<number(1...4)).map { _ in try source() }
            return .substituters(
                .init(sources, samePriority: number(0...1) == 0 ? .race : .spread)
            )
        case 6: return .replicated(.init(try (0..<number(1...4)).map { _ in try reference() }))
        case 7: return .readOnly(.init(try reference()))
        case 8: return .limited(.init(try reference(), calls: number(1...99)))
        case 9: return .retrying(.init(try reference(), attempts: number(1...9)))
        default: return .custom(.init(type: "tape", options: values(0)))
        }
    }
}
