package tfserver

import "context"

// onceKey is the key of the results that one request keeps.
type onceKey struct{}

// Once does something once in a request, although the fast path and then the framework may
// ask for it: what was read is not read again, and what is counted is counted once. It
// reports whether the result is that of an earlier call.
//
// The context must be that of a request to the server. Both ways run one after the other,
// so there is no lock.
func Once[T any](ctx context.Context, key string, do func() T) (result T, again bool) {
	results, ok := ctx.Value(onceKey{}).(map[string]any)
	if !ok {
		return do(), false
	}
	if result, again = results[key].(T); again {
		return result, true
	}
	result = do()
	results[key] = result
	return result, false
}
