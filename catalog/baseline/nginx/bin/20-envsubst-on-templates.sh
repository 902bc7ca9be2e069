#!/bin/sh
# Makes a configuration of each template, NAME of NAME.template, with the values of the variables it names.
set -e
templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
[ -d "$templates" ] || exit 0
# Only what is set: nginx has variables of its own.
names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
for template in "$templates"/*"$suffix"; do
  [ -e "$template" ] || continue
  name=${template##*/}
  envsubst "$names" <"$template" >"$output/${name%"$suffix"}"
done
