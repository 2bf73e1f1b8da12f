package store

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// devices stores devices.
type devices struct {
	*collection[directory.DeviceObjectID, directory.Device, *directory.Device]
}

var _ directory.Devices = devices{}

func (db *DB) devices() devices {
	return devices{collect[directory.DeviceObjectID](db, shape[directory.Device]{
		kind: "device", table: "devices",
		lookups: []string{"device_id", "key_thumbprint", "certificate_thumbprint"},
		row: func(d *directory.Device) row {
			return row{
				tenant: d.TenantID, id: string(d.ID), name: d.DisplayName, label: string(d.DeviceID),
				lookups: []any{d.DeviceID, d.KeyThumbprint, d.CertificateThumbprint},
			}
		},
		follow: func(ctx context.Context, q Queryer, before, after *directory.Device) error {
			if after != nil {
				return nil
			}
			return forget(ctx, q, before.TenantID, string(before.ID))
		},
	})}
}

func (d devices) ByDeviceID(ctx context.Context, tenant access.TenantID, id directory.DeviceID) (directory.Device, error) {
	return d.first(ctx, d.db.reader(ctx), "SELECT doc FROM devices WHERE tenant_id = $1 AND device_id = $2", directory.Fold(tenant), directory.Fold(id))
}

func (d devices) ByKey(ctx context.Context, tenant access.TenantID, thumbprint string) (directory.Device, error) {
	return d.first(ctx, d.db.reader(ctx),
		"SELECT doc FROM devices WHERE tenant_id = $1 AND $2 <> '' AND (key_thumbprint = $2 OR certificate_thumbprint = $2) ORDER BY id LIMIT 1",
		directory.Fold(tenant), directory.Fold(thumbprint))
}
