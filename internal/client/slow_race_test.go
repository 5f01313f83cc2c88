//go:build race

package client_test

// slowness is how many times as long as usual everything takes with the race detector.
const slowness = 10
