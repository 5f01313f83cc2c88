package refserver

import (
	"fmt"
	"net/http"
)

// problem is a refusal: the status and the message that the caller gets. A
// message names paths, keys and permissions, never a value or a token.
type problem struct {
	status  int
	message string
	code    string // the token endpoint's error code, else empty
}

func refuse(status int, format string, args ...any) *problem {
	return &problem{status: status, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) *problem {
	return refuse(http.StatusBadRequest, format, args...)
}

func forbidden(format string, args ...any) *problem {
	return refuse(http.StatusForbidden, format, args...)
}

func notFound(format string, args ...any) *problem {
	return refuse(http.StatusNotFound, format, args...)
}

// errorBody is the JSON of every refusal. The last two fields are what OAuth
// libraries look for, and only the token endpoint fills them.
type errorBody struct {
	Message     string `json:"message"`
	Code        string `json:"error,omitempty"`
	Description string `json:"error_description,omitempty"`
}

// answer is the response that the problem becomes.
func (p *problem) answer() answer {
	body := errorBody{Message: p.message}
	if p.code != "" {
		body.Code, body.Description = p.code, p.message
	}
	a := answer{status: p.status, body: body}
	if p.status == http.StatusUnauthorized {
		a.header = http.Header{"Www-Authenticate": {"Bearer", "Token"}}
	}
	return a
}
