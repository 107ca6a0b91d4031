// SPDX-License-Identifier: Apache-2.0

/// Ends the process with `property` as its last words if the property does not hold.
///
/// Unlike that of `precondition`, the message appears in release mode too.
public func require(
    _ holds: Bool,
    _ property: @autoclosure () -> String,
    file: StaticString = #fileID,
    line: UInt = #line
) {
    guard holds else { fatalError("violated: \(property())", file: file, line: line) }
}
