// SPDX-License-Identifier: Apache-2.0

extension CompositionConfiguration {
    /// Checks that there is an entry point, that each reference leads to a service, and that no
    /// service needs itself.
    public func check() throws(ConfigurationError) {
        if let problem = firstProblem() {
            throw ConfigurationError(problem.message, advice: problem.advice)
        }
    }

    /// What is wrong with a graph, and which option of which service says so.
    struct Problem {
        var service: String?
        var place: ServiceConfiguration.ReferencePlace?
        var message: String
        var advice: String?
    }

    func firstProblem() -> Problem? {
        guard services[Self.rootName] != nil else {
            return Problem(
                message: "no service is called '\(Self.rootName)'",
                advice: "the one that clients use must have this name"
            )
        }
        return unresolvedReference() ?? cycle()
    }

    private func unresolvedReference() -> Problem? {
        for name in names {
            for (place, reference) in services[name]?.references ?? [] {
                guard let target = reference.entryName, services[target] == nil else { continue }
                let near = Spelling.suggestion(for: target, among: names)
                return Problem(
                    service: name,
                    place: place,
                    message: "no service is called \(Quoted(target)), which"
                        + " \(Quoted(name)) refers to",
                    advice: near ?? "there are \(Spelling.list(names))"
                )
            }
        }
        return nil
    }

    /// How many services of a circle are named.
    private static let longestShown = 20

    /// A service on the way to the one that is looked at, and where to go on from it.
    private struct Step {
        var name: String
        var next: ArraySlice<(ServiceConfiguration.ReferencePlace, ServiceReference)>
    }

    /// Finds a service that needs itself, by walking the graph in depth, without recursion.
    private func cycle() -> Problem? {
        var done: Set<String> = []
        for start in names where !done.contains(start) {
            var stack = [step(start)]
            var onStack: Set<String> = [start]
            while var top = stack.popLast() {
                guard let (place, reference) = top.next.popFirst() else {
                    onStack.remove(top.name)
                    done.insert(top.name)
                    continue
                }
                stack.append(top)
                guard let target = reference.entryName, !done.contains(target) else { continue }
                guard onStack.insert(target).inserted else {
                    let cycle = stack.map(\.name).drop { $0 != target } + [target]
                    let isLong = cycle.count > Self.longestShown
                    let shown = isLong ? cycle.prefix(10) + ["…"] + cycle.suffix(2) : cycle
                    return Problem(
                        service: top.name,
                        place: place,
                        message: "services need each other in a circle: "
                            + shown.map { Quoted($0).plain }.joined(separator: " -> "),
                        advice: "one of them must refer to something else"
                    )
                }
                stack.append(step(target))
            }
        }
        return nil
    }

    private func step(_ name: String) -> Step {
        Step(name: name, next: services[name].map { $0.references[...] } ?? [])
    }
}
