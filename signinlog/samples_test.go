package signinlog_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// samples returns the folder of sign-in logs written by others, which is not part
// of the repository.
func samples(t *testing.T) string {
	t.Helper()
	root := os.Getenv("SALLYPORT_SHARED")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
		}
		root = filepath.Join(filepath.Dir(dir), "shared")
	}
	folder := filepath.Join(root, "data", "signins")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the samples are not here; set SALLYPORT_SHARED to the folder that has data/signins:", err)
	}
	return folder
}

// TestSamples accounts for every row of every sample.
func TestSamples(t *testing.T) {
	folder := samples(t)
	type account struct{ rows, records, merged, other, bad int64 }
	envelope := account{rows: 1, other: 1} // a directory audit event
	for name, want := range map[string]account{
		"sentinel-training-lab/sign-in_adelete.csv":            {56, 56, 0, 0, 0},
		"sentinel-training-lab/AuditLogs_Hunting.csv":          {5, 0, 0, 5, 0},
		"msticpy-demo-tenant/aad_logons.ndjson":                {86, 45, 41, 0, 0},
		"msticnb-obfuscated/aad_signin_random.csv":             {300, 298, 2, 0, 0},
		"elastic/test-managed-identity-sample.log":             {33, 33, 0, 0, 0},
		"elastic/test-non-interactive-user-signin.log":         {1, 1, 0, 0, 0},
		"elastic/test-service-principal-signinlogs-sample.log": {7, 7, 0, 0, 0},
		"elastic/test-service-principal.log":                   {1, 1, 0, 0, 0},
		// Two rows of one request id, which were made alike when published.
		"elastic/test-signinlogs-raw.log":                                                 {2, 1, 1, 0, 0},
		"elastic/signinlogs-sample_event.json":                                            {1, 1, 0, 0, 0},
		"elastic/test-userriskevents-raw.log":                                             {2, 0, 0, 2, 0},
		"elastic/test-audit-logs-sample.log":                                              {3, 0, 0, 3, 0},
		"elastic/LICENSE-Elastic-2.0.txt":                                                 {},
		"panther/azure_auth_methods_policy_oidc_change.json":                              {2, 0, 0, 2, 0},
		"panther/azure_device_code_broker_client.json":                                    {2, 2, 0, 0, 0},
		"panther/azure_domain_trust_settings_modified.json":                               {2, 0, 0, 2, 0},
		"panther/azure_elevate_user_access_admin.json":                                    {2, 0, 0, 2, 0},
		"panther/azure_failed_signins.json":                                               {2, 2, 0, 0, 0},
		"panther/azure_high_risk_signin.json":                                             {2, 2, 0, 0, 0},
		"panther/azure_legacyauth.json":                                                   {3, 2, 1, 0, 0},
		"panther/azure_mfa_disabled.json":                                                 {3, 0, 0, 3, 0},
		"panther/azure_multiple_protection_alerts.json":                                   {2, 2, 0, 0, 0},
		"panther/azure_policy_changed.json":                                               {3, 0, 0, 3, 0},
		"panther/azure_risklevel_passthrough.json":                                        {5, 1, 4, 0, 0},
		"panther/azure_service_principal_credentials_added.json":                          {2, 0, 0, 2, 0},
		"splunk/azure_active_directory_add_app_role_assignment_to_service_principal.json": envelope,
		"splunk/azure_active_directory_add_owner_to_application.json":                     envelope,
		"splunk/azure_active_directory_add_service_principal.json":                        envelope,
		"splunk/azure_active_directory_add_unverified_domain.json":                        envelope,
		"splunk/azure_active_directory_consent_to_application.json":                       envelope,
		"splunk/azure_active_directory_disable_strong_authentication.json":                envelope,
		"splunk/azure_active_directory_enable_account.json":                               envelope,
		"splunk/azure_active_directory_reset_password_by_admin.json":                      envelope,
		"splunk/azure_active_directory_set_domain_authentication.json":                    envelope,
		"splunk/azure_active_directory_update_application.json":                           envelope,
		"splunk/azure_active_directory_update_authorization_policy.json":                  envelope,
		"splunk/azure_active_directory_update_user.json":                                  envelope,
		"splunk/azure_active_directory_sign_in_activity.json":                             {1, 1, 0, 0, 0},
		"splunk/o365_consent_to_application.json":                                         envelope,
		"splunk/o365_update_user.json":                                                    envelope,
		"splunk/o365_userloggedin.json":                                                   {1, 1, 0, 0, 0},
		"otrf-golden-saml/AADAuditEvents.json":                                            {4, 0, 0, 4, 0},
		"invictus-o365/signins-2021-03-to-06.ndjson":                                      {575, 403, 172, 0, 0},
		"invictus-o365/directory-2021-03-to-06.ndjson":                                    {268, 0, 0, 268, 0},
		// Four of Microsoft's examples are not valid JSON as published.
		"graph-docs/v1.0-signin-list.json":      {1, 0, 0, 0, 1},
		"graph-docs/v1.0-signin-list-2.json":    {1, 0, 0, 0, 1},
		"graph-docs/beta-signin-list.json":      {1, 0, 0, 0, 1},
		"graph-docs/beta-signin-list-2.json":    {1, 1, 0, 0, 0},
		"entra-docs/sign-in-sample-2024-07.txt": {2, 0, 0, 0, 2},
	} {
		_, report := readFiles(t, filepath.Join(folder, name))
		got := account{report.Rows, report.Records, report.MergedRows, report.OtherRows, report.BadRows}
		if got != want || report.BadFiles != 0 {
			t.Errorf("%s: %+v, want %+v; %v", name, got, want, report.Problems)
		}
	}
}

// TestSampleCodes compares the codes of the rows with those that the samples'
// own list gives.
func TestSampleCodes(t *testing.T) {
	folder := samples(t)
	r, err := signinlog.Open([]string{folder}, signinlog.Options{MergeWindow: -1})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := readAll(t, r)
	got := map[access.ResultCode]int{}
	unknown := 0
	for _, rec := range list {
		if c, ok := rec.Status.ErrorCode.Get(); ok {
			got[c]++
		} else {
			unknown++
		}
	}
	// The list's 50140×27 counts neither the ECS document, whose code is in
	// its original, nor does 0×911 count the row that says Success, nor those
	// that have a result type but no status.
	want := map[access.ResultCode]int{50126: 75, 50140: 28, 50072: 13, 50011: 12, 50058: 11, 7000215: 7, 1000000: 6, 50074: 3, 65001: 3,
		16000: 2, 90072: 2, 50155: 2, 50097: 1, 50053: 1, 7000222: 1, 50076: 1, 0: 912}
	for c, n := range want {
		if got[c] != n {
			t.Errorf("code %d in %d rows, want %d", c, got[c], n)
		}
	}
	if len(got) != len(want) || unknown != 1 { // Microsoft's example has an empty status
		t.Errorf("codes %v, %d rows without", got, unknown)
	}
}

// TestSampleMasks counts the condition masks of the demo tenant's rows, which are
// real (LOG-8).
func TestSampleMasks(t *testing.T) {
	list, _ := readFiles(t, filepath.Join(samples(t), "msticpy-demo-tenant", "aad_logons.ndjson"))
	results := map[access.Result]int{}
	for _, rec := range list {
		for _, p := range rec.AppliedPolicies {
			result, ok1 := p.Result.Get()
			met, ok2 := p.Satisfied.Get()
			missed, ok3 := p.NotSatisfied.Get()
			if !ok1 || !ok2 || !ok3 {
				t.Fatalf("record %s, policy %s: not told", rec.ID, p.ID)
			}
			results[result]++
			switch result {
			case access.ResultNotEnabled:
				if met != 0 || missed != 0 {
					t.Errorf("a disabled policy has %v/%v", met, missed)
				}
			case access.ResultSuccess:
				if missed != 0 || met&3 != 3 {
					t.Errorf("a policy that applied has %v/%v", met, missed)
				}
			case access.ResultNotApplied:
				if missed == 0 || met&missed != 0 {
					t.Errorf("a policy that did not apply has %v/%v", met, missed)
				}
			}
		}
	}
	if len(results) != 4 || results[access.ResultSuccess] == 0 || results[access.ResultReportOnlyNotApplied] == 0 {
		t.Errorf("results %v", results)
	}
}
