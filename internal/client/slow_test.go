//go:build !race

package client_test

// slowness is how many times as long as usual everything takes.
const slowness = 1
