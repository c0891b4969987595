#!/bin/sh
# compile.sh has made the links; whatever of the old root is still there is a way out.
echo "TRIED links to /oldroot" >&2
for place in /oldroot /newroot l/ ../l/ etc/passwd ../etc/hostname; do
    if [ -e "$place" ]; then
        echo "ESCAPED: $place exists" >&2
    fi
done
exit 1
