package demo

import (
	"github.com/sallyport-id/sallyport/internal/directory"
)

// device is one that a visitor may pretend to have.
type device struct {
	Key, Name string
	Met       string
	id        directory.DeviceID
	change    func(*directory.Device)
	// deleted: the directory has forgotten it; its key is still around.
	deleted bool
}

const devicePrefix = "5a11e9f0-0000-4000-8000-00000000000"

var yes, no = true, false

// devices are those that a visitor may pretend to have.
var devices = []device{
	{Key: "laptop", Name: "A managed laptop", Met: "compliant: Payroll and Vault open", id: devicePrefix + "1", change: func(d *directory.Device) {
		d.TrustType, d.IsCompliant, d.IsManaged, d.Ownership = directory.Joined, &yes, true, "Company"
	}},
	{Key: "old", Name: "An old laptop", Met: "its updates are missing, so that it is not compliant (53000 at Vault, 53003 at Payroll)", id: devicePrefix + "2", change: func(d *directory.Device) {
		d.TrustType, d.IsCompliant, d.IsManaged, d.Ownership = directory.Joined, &no, true, "Company"
	}},
	{Key: "lost", Name: "A lost laptop", Met: "an administrator disabled it (50155)", id: devicePrefix + "3", change: func(d *directory.Device) {
		d.TrustType, d.IsCompliant, d.IsManaged, d.AccountEnabled = directory.Joined, &yes, true, false
	}},
	{Key: "ghost", Name: "A scrapped laptop", Met: "the directory no longer knows it (700003)", id: devicePrefix + "4", deleted: true},
}
