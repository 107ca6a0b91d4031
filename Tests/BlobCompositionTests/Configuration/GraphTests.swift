// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct GraphTests {
    private func problem(_ services: [String: ServiceConfiguration]) -> ConfigurationError? {
        do throws(ConfigurationError) {
            try CompositionConfiguration(services: services).check()
            return nil
        } catch {
            return error
        }
    }

    private func link(_ name: String) -> ServiceConfiguration { .readOnly(.init(.entry(name))) }

    @Test func `there must be an entry point`() {
        #expect(problem([:])?.message == "no service is called 'root'")
        #expect(problem(["root": .memory(.init())]) == nil)
    }

    @Test func `a service may be used more than once or not at all`() {
        #expect(
            problem([
                "root": .replicated(.init([.entry("a"), .entry("b"), .entry("c"), .entry("c")])),
                "a": link("c"), "b": link("c"), "c": .memory(.init()), "unused": link("c"),
            ]) == nil
        )
    }

    @Test func `a circle lists those who are in it`() {
        let error = problem([
            "root": link("a"), "a": link("b"),
            "b": .replicated(.init([.entry("c"), .entry("root")])), "c": .memory(.init()),
        ])
        #expect(error?.message.hasSuffix(": root -> a -> b -> root") == true)
        #expect(problem(["root": link("root")])?.message.hasSuffix(": root -> root") == true)
        let later = problem(["root": link("a"), "a": link("b"), "b": link("a")])
        #expect(later?.message.hasSuffix(": a -> b -> a") == true)
    }

    @Test func `a circle that the entry point does not reach is one too`() {
        let error = problem(["root": .memory(.init()), "x": link("y"), "y": link("x")])
        #expect(error?.message.hasSuffix(": x -> y -> x") == true)
    }

    @Test(arguments: [
        ServiceConfiguration.cache(.init(near: .entry("x"), far: .entry("root"))),
        .cache(.init(near: .entry("root"), far: .entry("x"))),
        .substituters(.init([.init(.entry("x"), name: "")])), .replicated(.init([.entry("x")])),
        .readOnly(.init(.entry("x"))), .limited(.init(.entry("x"), calls: 1)),
        .retrying(.init(.entry("x"), attempts: 1)),
    ])
    func `references of every kind are followed`(service: ServiceConfiguration) {
        let error = problem(["root": .memory(.init()), "a": service])
        #expect(error?.message == "no service is called 'x', which 'a' refers to")
        #expect(problem(["root": service, "x": link("root")])?.message.contains("circle") == true)
    }

    @Test func `a very long chain is no problem`() {
        var services: [String: ServiceConfiguration] = [
            "root": link("n0"), "n20000": .memory(.init()),
        ]
        for number in 0..<20_000 { services["n\(number)"] = link("n\(number + 1)") }
        #expect(problem(services) == nil)
        services["n20000"] = link("root")
        #expect((problem(services)?.message.utf8.count ?? 1000) < 200)
    }
}
