/** What a type of record means: `category: type type`, one a line, with the record types it holds for. */
const MEANINGS = `
authentication start | USER_LOGIN
authentication end | USER_LOGOUT
authentication info | USER_AUTH USER_ACCT USER_ERR CRED_ACQ CRED_REFR CRED_DISP GRP_AUTH CRYPTO_LOGIN CRYPTO_LOGOUT ANOM_LOGIN_ACCT ANOM_LOGIN_FAILURES ANOM_LOGIN_LOCATION ANOM_LOGIN_SESSIONS ANOM_LOGIN_TIME ANOM_ROOT_TRANS
session start | USER_START
session end | USER_END
session info | LOGIN CHUSER_ID CHGRP_ID ROLE_ASSIGN_SESSION
iam user creation | ADD_USER
iam user deletion | DEL_USER
iam user change | USER_CHAUTHTOK USER_MGMT ACCT_LOCK ACCT_UNLOCK RESP_ACCT_LOCK RESP_ACCT_UNLOCK RESP_ACCT_LOCK_TIMED RESP_ACCT_UNLOCK_TIMED USER_ROLE_CHANGE ANOM_MOD_ACCT
iam group creation | ADD_GROUP
iam group deletion | DEL_GROUP
iam group change | GRP_MGMT GRP_CHAUTHTOK
iam admin change | ROLE_ASSIGN ROLE_REMOVE ROLE_MODIFY
process start | EXECVE USER_CMD SERVICE_START DAEMON_START DAEMON_RESUME
process end | SERVICE_STOP DAEMON_END DAEMON_ABORT ANOM_ABEND
process info | SYSCALL PROCTITLE OBJ_PID SECCOMP TTY USER_TTY BPRM_FCAPS CAPSET CAPABILITY_CHANGE BPF EOE CWD ANOM_EXEC ANOM_ADD_ACCT ANOM_DEL_ACCT IPC IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR URINGOP USER MAC_TASK_CONTEXTS MAC_OBJ_CONTEXTS
file access | PATH OPENAT2 FD_PAIR MMAP FANOTIFY
file change | FS_RELABEL DAC_CHECK ANOM_RBAC_FAIL
network connection | SOCKADDR SOCKETCALL
network info | MAC_IPSEC_EVENT MAC_UNLBL_ALLOW MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA NETFILTER_PKT ANOM_PROMISCUOUS
configuration change | CONFIG_CHANGE DAEMON_CONFIG DAEMON_ROTATE USYS_CONFIG FEATURE_CHANGE NETFILTER_CFG MAC_CONFIG_CHANGE MAC_POLICY_LOAD MAC_STATUS USER_MAC_CONFIG_CHANGE USER_MAC_POLICY_LOAD USER_MAC_STATUS LABEL_OVERRIDE LABEL_LEVEL_CHANGE DEV_ALLOC DEV_DEALLOC TIME_INJOFFSET TIME_ADJNTPVAL KERNEL_OTHER
configuration access | USER_SELINUX_ERR CRYPTO_KEY_USER CRYPTO_PARAM_CHANGE_USER CRYPTO_TEST_USER CRYPTO_FAILURE_USER CRYPTO_REPLAY_USER
host start | SYSTEM_BOOT
host end | SYSTEM_SHUTDOWN
host change | DM_CTRL DM_EVENT USER_DEVICE SYSTEM_RUNLEVEL VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN VIRT_MIGRATE_OUT VIRT_INTEGRITY_CHECK
driver start | KERN_MODULE
package change | SOFTWARE_UPDATE
intrusion_detection info | AVC USER_AVC AVC_PATH SELINUX_ERR APPARMOR_AUDIT APPARMOR_STATUS APPARMOR_ERROR APPARMOR_HINT ANOM_ACCESS_FS ANOM_AMTU_FAIL ANOM_CRYPTO_FAIL ANOM_LINK ANOM_CREAT ANOM_MAX_DAC ANOM_MAX_MAC ANOM_MK_EXEC ANOM_RBAC_INTEGRITY_FAIL INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE INTEGRITY_EVM_XATTR INTEGRITY_POLICY_RULE IPE_ACCESS
intrusion_detection denied | LANDLOCK_ACCESS APPARMOR_DENIED RESP_ACCT_REMOTE RESP_KILL_PROC RESP_TERM_ACCESS RESP_TERM_LOCK RESP_HALT RESP_SINGLE RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED
intrusion_detection allowed | APPARMOR_ALLOWED
`;

/** What a system call does to what, where it says: the same. */
const SYSCALLS = `
process start | execve execveat fork vfork clone clone3
process end | exit exit_group kill tkill tgkill
process access | ptrace process_vm_readv
process change | process_vm_writev setuid setgid setreuid setregid setresuid setresgid capset prctl personality setns unshare
file access | open openat openat2 read readlink readlinkat stat lstat access faccessat faccessat2 statx
file creation | creat mkdir mkdirat mknod mknodat link linkat symlink symlinkat
file deletion | unlink unlinkat rmdir
file change | rename renameat renameat2 truncate ftruncate chmod fchmod fchmodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr utime utimes utimensat futimesat
network connection start | connect accept accept4
network start | bind listen
network info | socket sendto recvfrom sendmsg recvmsg
driver start | init_module finit_module
driver end | delete_module
host change | mount umount umount2 sethostname setdomainname reboot swapon swapoff settimeofday clock_settime adjtimex clock_adjtime
`;

/** ECS category and types. */
export type Meaning = { readonly category: readonly string[]; readonly type: readonly string[] };

function tableOf(text: string): ReadonlyMap<string, Meaning> {
  const table = new Map<string, Meaning>();
  for (const line of text.trim().split('\n')) {
    const [kind = '', names = ''] = line.split(' | ');
    const [category = '', ...type] = kind.split(' ');
    for (const name of names.split(' ')) table.set(name, { category: [category], type });
  }
  return table;
}

const BY_TYPE = tableOf(MEANINGS);
const BY_SYSCALL = tableOf(SYSCALLS);

export function meaningOf(type: string, syscall: string | undefined): Meaning | undefined {
  return (syscall === undefined ? undefined : BY_SYSCALL.get(syscall)) ?? BY_TYPE.get(type);
}

/** All there are, for the test that holds them against ECS. */
export function recordMeanings(): readonly (readonly [string, Meaning])[] {
  return [...BY_TYPE, ...BY_SYSCALL];
}

/** Types that the kernel's own log gives by number only (`audit: type=1400`), of linux/audit.h. */
const NUMBERED: Readonly<Record<string, string>> = {
  1100: 'USER_AUTH',
  1101: 'USER_ACCT',
  1102: 'USER_MGMT',
  1103: 'CRED_ACQ',
  1104: 'CRED_DISP',
  1105: 'USER_START',
  1106: 'USER_END',
  1107: 'USER_AVC',
  1108: 'USER_CHAUTHTOK',
  1109: 'USER_ERR',
  1110: 'CRED_REFR',
  1112: 'USER_LOGIN',
  1113: 'USER_LOGOUT',
  1114: 'ADD_USER',
  1115: 'DEL_USER',
  1116: 'ADD_GROUP',
  1117: 'DEL_GROUP',
  1123: 'USER_CMD',
  1124: 'USER_TTY',
  1127: 'SYSTEM_BOOT',
  1128: 'SYSTEM_SHUTDOWN',
  1130: 'SERVICE_START',
  1131: 'SERVICE_STOP',
  1300: 'SYSCALL',
  1302: 'PATH',
  1305: 'CONFIG_CHANGE',
  1306: 'SOCKADDR',
  1307: 'CWD',
  1309: 'EXECVE',
  1325: 'NETFILTER_CFG',
  1326: 'SECCOMP',
  1327: 'PROCTITLE',
  1334: 'BPF',
  1400: 'AVC',
  1403: 'MAC_POLICY_LOAD',
  1404: 'MAC_STATUS',
  1701: 'ANOM_ABEND',
  1006: 'LOGIN',
};

export function typeName(type: string): string {
  return NUMBERED[type] ?? type.replace(/^UNKNOWN\[(\d+)\]$/, (whole, number: string) => NUMBERED[number] ?? whole);
}
