package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// skewWarning says that the machine's clock differs from the service's.
func (s *service) skewWarning() diag.Diagnostics {
	skew := s.client.ClockSkew()
	if skew == 0 {
		return nil
	}
	return s.once(diagnostic.ClockSkewed, clockSkewDetail(skew))
}

// clockWarnings says what the refresh of a version has shown about clocks: that the
// machine's differs from the service's, that the service does not tell the time
// although the policy depends on it, and that rotate_before is still to come. The
// moment is that of the answer, zero where it had no date.
func (s *service) clockWarnings(asOf time.Time, policy version.Policy) diag.Diagnostics {
	diags := s.skewWarning()
	switch {
	case asOf.IsZero() && policy.DependsOnTime():
		diags.Append(s.once(diagnostic.ClockUnsure,
			"The responses of the Secrets Manager have no Date header. Whether a version is due for rotation was decided by this machine's clock, "+
				"and no version counts as idle, so retention with min_idle destroys nothing. Check whether a proxy between this machine and the service removes the header.")...)
	case !asOf.IsZero() && s.rotateBefore.After(asOf):
		diags.Append(s.once(diagnostic.RotateBeforeInFuture, fmt.Sprintf(
			"rotate_before is %s, and by the clock of the Secrets Manager it is %s. It has no effect until then. To rotate everything now, set it to the moment of the incident.",
			s.rotateBefore.UTC().Format(time.RFC3339), asOf.Format(time.RFC3339)))...)
	}
	return diags
}

// clockSkewDetail says how far the machine's clock is off.
func clockSkewDetail(skew time.Duration) string {
	direction := "ahead of"
	if skew < 0 {
		skew, direction = -skew, "behind"
	}
	return fmt.Sprintf("The clock of this machine is %s %s the clock of the Secrets Manager. The provider counts ages and idle times by the service's clock, so rotation and retention are not affected. "+
		"Correct the clock of this machine: TLS certificates and access tokens are checked by it.", skew.Round(time.Second), direction)
}
