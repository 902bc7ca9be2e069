import type { Action } from "../action.ts";
import { shellText, shellTexts } from "../quote.ts";

/**
 * Fails unless the file has a good signature by one of the keys, and no bad one. Only the given keys count, in a keyring
 * of their own: not those of the stage, none from a key server. Signatures by expired or revoked keys do not count.
 */
export const gpgVerify: Action = {
  name: "gpg/verify@v1",
  inputs: { file: "required", keys: "required", signature: "required", "key-filter": "optional" },
  write: (inputs) => {
    const keys = inputs.list("keys");
    if (keys.length === 0) throw inputs.invalid("keys", "names no key");
    const filter = inputs.text("key-filter");
    return {
      lines: [
        `file=${shellText(inputs.requiredText("file"))}`,
        `signature=${shellText(inputs.requiredText("signature"))}`,
        'GNUPGHOME="$(mktemp -d)"',
        "export GNUPGHOME",
        "trap 'rm -rf -- \"$GNUPGHOME\"' EXIT",
        'gnupg() { gpg --batch --no-options --no-autostart --trust-model always --no-auto-key-locate "$@"; }',
        `gnupg --quiet --import -- ${shellTexts(keys)}`,
        ...(filter === null
          ? ['gnupg --with-colons --list-keys >"$GNUPGHOME/allowed"']
          : [`gnupg --with-colons --list-keys -- ${shellText(filter)} >"$GNUPGHOME/allowed"`]),
        judge,
      ],
      programs: ["gpg", "awk", "mktemp", "rm"],
    };
  },
};

/**
 * Reads the signatures' status lines (GnuPG's doc/DETAILS). VALIDSIG ends in the primary key's fingerprint, which must be
 * one of the allowed keys'; GOODSIG says that neither key nor signature has expired or was revoked.
 */
const judge = `gnupg --status-fd 3 --verify -- "$signature" "$file" 3>"$GNUPGHOME/status" || true
if ! awk '
  FNR == NR && /^pub:/ { primary = 1 }
  FNR == NR && /^fpr:/ && primary { split($0, field, ":"); allowed[field[10]] = 1; primary = 0 }
  FNR == NR { next }
  $2 == "NEWSIG" { good = 0 }
  $2 == "GOODSIG" { good = 1 }
  $2 == "BADSIG" { bad = 1 }
  $2 == "REVKEYSIG" { print "gpg/verify: the key of a signature was revoked: " $3 }
  $2 == "EXPKEYSIG" { print "gpg/verify: the key of a signature has expired: " $3 }
  $2 == "EXPSIG" { print "gpg/verify: a signature has expired, by key " $3 }
  $2 == "VALIDSIG" && good && ($NF in allowed) { found = 1 }
  END { exit !(found && !bad) }
' "$GNUPGHOME/allowed" "$GNUPGHOME/status"; then
  printf 'gpg/verify: %s has no good signature by any of the keys in %s\\n' "$file" "$signature" >&2
  exit 1
fi`;

/** Fails unless `signature`, a Sigstore bundle, is for the file and by the identity that is named. */
export const cosignVerifyBlob: Action = {
  name: "cosign/verify-blob@v1",
  inputs: {
    ...{ blob: "required", signature: "required" },
    ...{ "certificate-identity": "required", "certificate-oidc-issuer": "required", offline: "optional" },
  },
  write: (inputs) => {
    const offline = inputs.flag("offline") ?? false;
    return {
      lines: [
        `signature=${shellText(inputs.requiredText("signature"))}`,
        [
          "cosign verify-blob",
          '--bundle "$signature"',
          `--certificate-identity ${shellText(inputs.requiredText("certificate-identity"))}`,
          `--certificate-oidc-issuer ${shellText(inputs.requiredText("certificate-oidc-issuer"))}`,
          `--offline=${offline ? "true" : "false"}`,
          `-- ${shellText(inputs.requiredText("blob"))}`,
        ].join(" "),
      ],
      programs: ["cosign"],
      network: !offline,
    };
  },
};
