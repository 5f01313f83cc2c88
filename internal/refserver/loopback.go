package refserver

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// isFromHere reports that a request was made on this machine and meant for it. A
// connection from loopback alone does not say so: a web page elsewhere can have a
// name that was made to lead here, and a proxy speaks for others.
func isFromHere(r *http.Request) bool {
	for _, forwarded := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(forwarded) != "" {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback() && namesLoopback(r.Host)
}

// namesLoopback reports that a host, with or without a port, is this machine's name
// for itself.
func namesLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// isFromOtherSite reports that a browser made the request for a web page of another
// origin, or for a link on one. Two ports of one machine are two origins. Clients
// that are not browsers send none of these headers.
func isFromOtherSite(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host)
}
