package client

// RootCAsWithin is RootCAs for a caller with less time.
var RootCAsWithin = rootCAs
