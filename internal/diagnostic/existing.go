package diagnostic

import (
	"fmt"
	"time"
)

// Moment writes a time to the minute, in UTC.
func Moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

// UnlessForgotten ends a warning about what a plan deletes. Terraform does not pass the
// lifecycle setting to providers.
const UnlessForgotten = " If lifecycle { destroy = false } is set (OpenTofu 1.12, Terraform 1.16), Terraform only removes the resource from the state."

// SecretExistsDetail is for a plan that would create a secret where there is one. The
// facts are those that the service shows: a zero time or number is not known.
func SecretExistsDetail(id string, createdAt time.Time, current int64) string {
	about := fmt.Sprintf("The plan would create the secret %s, but it already exists", id)
	if !createdAt.IsZero() {
		about += " (created " + Moment(createdAt) + ")"
	}
	if current > 0 {
		about += fmt.Sprintf(", and version %d is current", current)
	}
	return about + fmt.Sprintf(". The state of this resource does not hold it. Nothing was changed.\n"+
		"  - To manage this secret here, import it: terraform import ADDRESS %s\n"+
		"  - If the state of many secrets is lost, the guide \"Recovering a lost state\" has a script that imports all of them.\n"+
		"  - If another address of this configuration managed it until now, add a moved block.\n"+
		"  - If the plan ran with -refresh=false and the resource is tainted, plan without -refresh=false.\n"+
		"  - If Terraform is replacing it, remove create_before_destroy from it and from the resources that depend on it. A path holds one secret, so the new secret cannot exist at the same time as the old one.\n"+
		"  - Otherwise choose another path.", id)
}

// SecretExistsLine is SecretExistsDetail in a line, where earlier errors explain it.
func SecretExistsLine(id string) string {
	return fmt.Sprintf("The secret exists, and the state does not hold it. To manage it here: terraform import ADDRESS %s.", id)
}

// SecretTaintedDetail is for a plan without a state that would replace a protected
// secret which this run has refreshed.
func SecretTaintedDetail(id string) string {
	return fmt.Sprintf("The plan would replace the secret %s, which has deletion_protection. All its versions would be lost, and they cannot be recovered. Nothing was changed.\n"+
		"  - If the resource is tainted (a provisioner failed, or terraform taint was run), keep the secret: terraform untaint ADDRESS\n"+
		"  - If its address changed, add a moved block.\n"+
		"  - If you want another secret: run terraform untaint ADDRESS, apply deletion_protection = false, and then run terraform apply -replace=ADDRESS.", id)
}

// SecretPlannedTwiceDetail is for a secret that two resources of a configuration are
// about, one of which would be created.
func SecretPlannedTwiceDetail(id string) string {
	return fmt.Sprintf("Two resources of this configuration manage the secret %s, and one of them would be created. A path holds one secret. Nothing was changed.\n"+
		"  - If the address of the resource changed, add a moved block from the old address to the new one.\n"+
		"  - If Terraform keeps the secret as a deposed object, because create_before_destroy could not replace it, remove create_before_destroy from it and from the resources that depend on it. Then run: terraform state rm ADDRESS && terraform import ADDRESS %s\n"+
		"  - Otherwise remove one of the resources, or give it another path.", id, id)
}

// SecretKeptAndDeletedDetail is for a secret that two objects of a state are about, one
// of which would be deleted.
func SecretKeptAndDeletedDetail(id string) string {
	return fmt.Sprintf("The state holds the secret %s twice: at two addresses, or at one address and as its deposed object. The plan keeps one of them and would delete the other, and with it the secret. Nothing was changed.\n"+
		"  - If one of two addresses should go, remove it without deleting the secret: use a removed block with destroy = false, or run terraform state rm ADDRESS\n"+
		"  - If it is a deposed object, run: terraform state rm ADDRESS && terraform import ADDRESS %s", id, id)
}

// ValueSupersededDetail is for a plan of a first version of a secret that has a value
// which this state did not put.
func ValueSupersededDetail(id string, number int64, putAt time.Time) string {
	about := fmt.Sprintf("Version %d of %s", number, id)
	if !putAt.IsZero() {
		about += " was put on " + Moment(putAt) + " and"
	}
	return about + fmt.Sprintf(" is current, and this state did not put it. The plan puts another version, which readers get from then on. Version %d stays readable.\n"+
		"To keep it as the current version: terraform import ADDRESS %s@%d", number, id, number)
}

// VersionsPlannedTwiceDetail is for a secret whose versions two resources manage.
func VersionsPlannedTwiceDetail(id string) string {
	return fmt.Sprintf("Two thalassasecrets_secret_version resources of this configuration manage the secret %s. A secret has one current version, so each of them treats the other's value as put outside Terraform. "+
		"Remove one of them. If the address of the resource changed, add a moved block.", id)
}
