package lint

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// way is one way in that a person can choose: from where, with which client on
// which platform, from which device, to which apps. Risk is not among them:
// nobody can choose to be trusted.
type way struct {
	from     place
	client   access.ClientAppTypes
	platform access.Platforms
	device   *access.Device
	apps     []access.Audience
}

// ways calls visit with every way in that the policies can tell apart, until it
// returns false.
func ways(spots []place, visit func(way) bool) {
	for _, apps := range repairs {
		for _, spot := range spots {
			for _, device := range append([]*access.Device{nil}, devices()...) {
				for _, platform := range []access.Platforms{access.Windows, access.MacOS, access.Linux, access.IOS, access.Android, access.WindowsPhone, access.PlatformOther} {
					for _, client := range []access.ClientAppTypes{access.Browser, access.MobileAndDesktop} {
						if !visit(way{spot, client, platform, device, apps}) {
							return
						}
					}
				}
			}
		}
	}
}

// repairs are where policies can be changed: the admin centre, which asks for
// Azure's management, too, and Microsoft Graph, which scripts use.
var repairs = [][]access.Audience{
	{{AppID: azurePortal}, {AppID: azureManagement}},
	{{AppID: microsoftGraph}},
}

// facts are those of somebody who has proved all that can be proved and comes
// this way. What an administrator may or may not have, such as an app
// protection policy, stays unknown: only a block that holds either way counts.
func (w way) facts(who *access.Facts) access.Facts {
	f := *who
	w.from.set(&f)
	f.Audiences, f.UserAction, f.AuthenticationContext = access.Known(w.apps), access.Known(access.UserActionNone), access.Known("")
	f.Client, f.Scopes = access.Known(access.Client{}), access.Known([]string(nil))
	f.ClientApp, f.Platform, f.Device = access.Known(w.client), access.Known(w.platform), access.Known(w.device)
	f.Flow, f.Interactive = access.Known(access.FlowNone), access.Known(true)
	f.SignInRisk, f.UserRisk, f.InsiderRisk = access.Known(access.RiskNone), access.Known(access.RiskNone), access.Known(access.InsiderNone)
	f.Methods, f.MFARegistered = access.Known(allMethods), access.Known(true)
	f.PasswordChanged, f.RiskRemediated = access.Known(true), access.Known(true)
	return f
}

// allMethods is every method there is (CA-130).
const allMethods = access.Password | access.Voice | access.HardwareOATH | access.SoftwareOATH | access.SMS | access.FIDO2 |
	access.WindowsHello | access.AuthenticatorPush | access.DeviceBasedPush | access.TemporaryAccessPassOneTime |
	access.TemporaryAccessPassMultiUse | access.X509SingleFactor | access.X509MultiFactor | access.QRCodePin

// String tells the way for people.
func (w way) String() string {
	client := "in a browser"
	if w.client == access.MobileAndDesktop {
		client = "in an app"
	}
	device := "an unregistered"
	if w.device != nil {
		device = "a registered but not compliant"
		if w.device.IsCompliant.Or(access.No) == access.Yes {
			device = "a compliant"
		}
	}
	platform := w.platform.String()
	if w.platform == access.PlatformOther {
		platform = "unrecognised"
	}
	return strings.Join([]string{client, "on " + device + " " + platform + " device", w.from.String()}, " ")
}
