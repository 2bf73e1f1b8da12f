package loggen

import "fmt"

// app is a client app and the resource that it asks for.
type app struct {
	id, name         string
	resource, target string // the resource's app id and name
	browser          bool
	restricted       bool // only those assigned may use it
}

const (
	exchange   = "00000002-0000-0ff1-ce00-000000000000"
	sharePoint = "00000003-0000-0ff1-ce00-000000000000"
	graph      = "00000003-0000-0000-c000-000000000000"
	azure      = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
)

// The apps of the tenant; the ids of Microsoft's are public.
var apps = []app{
	{"d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", exchange, "Office 365 Exchange Online", false, false},
	{"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams", graph, "Microsoft Graph", false, false},
	{"ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine", sharePoint, "Office 365 SharePoint Online", false, false},
	{"27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile", exchange, "Office 365 Exchange Online", false, false},
	{"4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", "4345a7b9-9a63-4910-a426-35363201d503", "OfficeHome", true, false},
	{"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal", azure, "Windows Azure Service Management API", true, false},
	{"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI", azure, "Windows Azure Service Management API", false, false},
	{"6a000000-0000-4000-8000-000000000001", "Contoso Wiki", "6a000000-0000-4000-8000-000000000001", "Contoso Wiki", true, false},
	{"6a000000-0000-4000-8000-000000000002", "Contoso CRM", "6a000000-0000-4000-8000-000000000002", "Contoso CRM", true, false},
	{"6a000000-0000-4000-8000-000000000003", "Contoso Payroll", "6a000000-0000-4000-8000-000000000003", "Contoso Payroll", true, true},
	{"6a000000-0000-4000-8000-000000000004", "Contoso People", "6a000000-0000-4000-8000-000000000004", "Contoso People", true, false},
}

// Places in apps.
const (
	office = iota
	teams
	oneDrive
	outlookMobile
	officeHome
	portal
	azureCLI
	wiki
	crm
	payrollApp
	people
)

// sideApp is one of the many small apps that people connect by themselves.
func sideApp(n int) app {
	id := guid(5, n)
	return app{id: id, name: fmt.Sprintf("Calendar helper %d", n), resource: graph, target: "Microsoft Graph", browser: true}
}
