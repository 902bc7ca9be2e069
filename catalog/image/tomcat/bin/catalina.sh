#!/bin/sh
# Starts Tomcat's own catalina.sh, which asks these programs a question each, in a shell that has the answers and nothing else.
uname() { echo Linux; }
tty() { echo not a tty; }
dirname() { echo "${1%/*}"; }
. "/usr/share/tomcat$TOMCAT_MAJOR/bin/catalina.sh"
