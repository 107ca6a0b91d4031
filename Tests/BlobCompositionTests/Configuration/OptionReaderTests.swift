// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct OptionReaderTests {
    private let options: [String: ConfigurationValue] = [
        "s": .string("x"), "i": .integer(3), "f": .float(1.5), "b": .boolean(true),
        "a": .array([.integer(1)]), "t": .table(["n": .integer(1), "m": .integer(2)]),
        "l": .array([.table(["n": .integer(1)])]), "size": .string("1 KiB"), "time": .string("2 s"),
    ]

    @Test func `each type of value is returned`() throws {
        var reader = OptionReader(options, of: "the service 'tape'")
        #expect(try reader.string("s") == "x")
        #expect(try reader.integer("i") == 3)
        #expect(try reader.float("f") == 1.5 && reader.float("i") == 3)
        #expect(try reader.boolean("b") == true)
        #expect(try reader.array("a") == [.integer(1)])
        #expect(try reader.byteCount("size") == 1024 && reader.byteCount("i") == 3)
        #expect(try reader.duration("time") == .seconds(2))
        #expect(reader.value("t") == options["t"])
        var tables = try reader.tables("l", header: "[[l]]") ?? []
        #expect(try tables.count == 1 && tables[0].integer("n") == 1)
        try reader.finish()
    }

    @Test func `what is not there is nil`() throws {
        var reader = OptionReader([:], of: "x")
        #expect(try reader.string("k") == nil && reader.integer("k") == nil)
        #expect(try reader.float("k") == nil && reader.boolean("k") == nil)
        #expect(try reader.array("k") == nil && reader.table("k") == nil)
        #expect(try reader.tables("k", header: "") == nil && reader.byteCount("k") == nil)
        #expect(try reader.duration("k") == nil && reader.value("k") == nil)
        try reader.finish()
    }

    @Test(arguments: ["s", "i", "f", "b", "a", "t"])
    func `a value of another type says what it is`(key: String) {
        var reader = OptionReader(options, of: "the service 'tape'")
        let reads: [(String, (inout OptionReader) throws -> Void)] = [
            ("s", { _ = try $0.string(key) }), ("i", { _ = try $0.integer(key) }),
            ("if", { _ = try $0.float(key) }), ("b", { _ = try $0.boolean(key) }),
            ("a", { _ = try $0.array(key) }), ("t", { _ = try $0.table(key) }),
            ("", { _ = try $0.tables(key, header: "[[x]]") }), ("", { _ = try $0.duration(key) }),
            ("i", { _ = try $0.byteCount(key) }),
        ]
        for (keys, read) in reads where !keys.contains(key) {
            let error = #expect(throws: ConfigurationError.self) { try read(&reader) }
            #expect(error?.message.hasPrefix("'\(key)' in the service 'tape'") == true)
        }
    }

    @Test func `keys that nobody has asked for are refused`() throws {
        var reader = OptionReader(["sped": .integer(1)], of: "the service 'tape'")
        _ = try reader.integer("speed")
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(
            error?.description
                == "unknown key 'sped' in the service 'tape'; did you mean 'speed'?"
        )
    }

    @Test func `a nested table checks its own keys`() throws {
        var reader = OptionReader(options, of: "the service 'tape'")
        var table = try reader.table("t")
        #expect(try table?.integer("n") == 1)
        let error = #expect(throws: ConfigurationError.self) { try table?.finish() }
        #expect(error?.message == "unknown key 'm' in 't' of the service 'tape'")
        #expect(
            table?.missing("k").message == "the key 'k' is missing in 't' of the service 'tape'"
        )
        #expect(reader.refusal("s", "bad", advice: "better").description == "bad; better")
    }
}
