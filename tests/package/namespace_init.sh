#!/bin/bash
# Becomes systemd, as the first process of namespaces that test_service.py has made. It sees the machine's files below a
# layer in memory, so nothing that it installs stays, and a network of its own.
#   namespace_init.sh DIRECTORY    a directory with steps.sh, which systemd runs; what it prints goes to DIRECTORY/printed
set -euo pipefail
directory=$1

mount --make-rprivate /
layer=$directory/layer
mkdir -p "$layer"
mount -t tmpfs tmpfs "$layer"
mkdir "$layer"/{upper,work,root}
root=$layer/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$root"
mkdir -p "$root/srv/steps" "$root/srv/machine"
mount --bind "$directory" "$root/srv/steps"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
  mkdir "$root"/sys/fs/cgroup/{systemd,unified}
  mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
fi
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/dev"
mkdir "$root"/dev/{pts,shm}
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ip link set lo up

# Only what the service needs is started, and the steps.
cat > "$root/etc/systemd/system/steps.service" << 'unit'
[Unit]
Description=The steps of the test
Requires=dbus.socket
After=dbus.socket
[Service]
Type=oneshot
ExecStart=/bin/bash /srv/steps/steps.sh
StandardOutput=append:/srv/steps/printed
StandardError=inherit
TimeoutStartSec=120
ExecStopPost=/bin/systemctl --force --force poweroff
unit
cat > "$root/etc/systemd/system/steps.target" << 'unit'
[Unit]
Requires=basic.target steps.service
After=basic.target
unit
cd "$root"
pivot_root . srv/machine
exec env -i container=namespace PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -c \
  'umount -l /srv/machine && exec /lib/systemd/systemd --system --unit=steps.target --log-target=journal-or-kmsg'
