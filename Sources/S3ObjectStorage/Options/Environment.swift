// SPDX-License-Identifier: Apache-2.0

extension [String: String] {
    /// The value of a variable of the environment, or `nil` if it is empty or not set.
    func variable(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
