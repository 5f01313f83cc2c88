// Package checks has only tests. They check the YAML that GitHub and the tools read, and the
// words of user-facing texts.
package checks
