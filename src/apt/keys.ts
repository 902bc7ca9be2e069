/** An OpenPGP primary key that may vouch for a suite. */
export interface PinnedKey {
  /** 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly name: string;
}

/**
 * The keys that sign Debian's archive, one trio for each release since Debian 11. A suite is signed by those of its own
 * release and of the ones around it. A new release adds its keys here; what is not listed is refused.
 */
export const debianKeys: readonly PinnedKey[] = [
  {
    fingerprint: "1F89983E0081FDE018F3CC9673A4F27B8DD47936",
    name: "Debian Archive Automatic Signing Key (11/bullseye)",
  },
  {
    fingerprint: "AC530D520F2F3269F5E98313A48449044AAD5C5D",
    name: "Debian Security Archive Automatic Signing Key (11/bullseye)",
  },
  { fingerprint: "A4285295FC7B1A81600062A9605C66F00D6C9793", name: "Debian Stable Release Key (11/bullseye)" },
  {
    fingerprint: "B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8",
    name: "Debian Archive Automatic Signing Key (12/bookworm)",
  },
  {
    fingerprint: "05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0",
    name: "Debian Security Archive Automatic Signing Key (12/bookworm)",
  },
  { fingerprint: "4D64FEC119C2029067D6E791F8D2585B8783D481", name: "Debian Stable Release Key (12/bookworm)" },
  { fingerprint: "04B54C3CDCA79751B16BC6B5225629DF75B188BD", name: "Debian Archive Automatic Signing Key (13/trixie)" },
  {
    fingerprint: "5E04A1E3223A19A20706E20F9904613D4CCE68C6",
    name: "Debian Security Archive Automatic Signing Key (13/trixie)",
  },
  { fingerprint: "41587F7DB8C774BCCF131416762F67A0B2C39DE4", name: "Debian Stable Release Key (13/trixie)" },
];
