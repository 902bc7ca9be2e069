import { statfs } from "node:fs/promises";

/** Kinds of file systems, by the number statfs(2) has for them, that show the kernel's state and keep no files. */
const virtualTypes: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x0187, // autofs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xf97cff8c, // selinuxfs
  0xcafe4a11, // bpf
  0x6165676c, // pstore
  0x19800202, // mqueue
  0x958458f6, // hugetlbfs
  0x62656570, // configfs
  0x65735543, // fusectl
  0x42494e4d, // binfmt_misc
  0xde5e81e4, // efivarfs
  0x6e736673, // nsfs
]);

/** Whether the folder `path` is on such a file system, whose files may be endless or act when they are read. */
export async function isVirtual(path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => null);
  // Numbers above 2^31 come as negative ones on some systems.
  return found !== null && virtualTypes.has(found.type >>> 0);
}
