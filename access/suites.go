package access

// office365 is the Office 365 suite as far as its members' app ids are known
// for certain (CA-34); the suite also appears under an id of its own.
var office365 = []AppID{
	"67ad5377-2d78-4ac2-a867-6300cda00e85", // Office 365 itself
	"00000002-0000-0ff1-ce00-000000000000", // Exchange Online
	"00000003-0000-0ff1-ce00-000000000000", // SharePoint Online
	"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", // Microsoft Teams Services
	"00000004-0000-0ff1-ce00-000000000000", // Skype for Business Online
	"00000006-0000-0ff1-ce00-000000000000", // Microsoft Office 365 Portal
	"00000005-0000-0ff1-ce00-000000000000", // Yammer
	"00000009-0000-0000-c000-000000000000", // Power BI Service
	"7df0a125-d3be-4c96-aa54-591f83ff541c", // Microsoft Flow Service
}

// adminPortals are the admin centres whose app ids are known for certain (CA-35).
var adminPortals = []AppID{
	"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", // Azure portal
	"00000006-0000-0ff1-ce00-000000000000", // Microsoft 365 admin centre
}
