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

/** Types that the kernel's own log gives by number only (`audit: type=1400`), of linux/audit.h: the first number, then names in their order. */
const BY_NUMBER = `
1000 GET SET LIST ADD DEL USER LOGIN WATCH_INS WATCH_REM WATCH_LIST SIGNAL_INFO ADD_RULE DEL_RULE LIST_RULES TRIM MAKE_EQUIV TTY_GET TTY_SET SET_FEATURE GET_FEATURE
1100 USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK USER_ERR CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID TEST TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK USER_DEVICE SOFTWARE_UPDATE
1200 DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR
1300 SYSCALL FS_WATCH PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD
1309 EXECVE
1311 IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS CAPSET MMAP NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE REPLACE KERN_MODULE FANOTIFY TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2 DM_CTRL DM_EVENT
1400 AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL IPE_ACCESS IPE_CONFIG_CHANGE IPE_POLICY_LOAD LANDLOCK_ACCESS LANDLOCK_DOMAIN
1501 APPARMOR_AUDIT APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_HINT APPARMOR_STATUS APPARMOR_ERROR
1700 ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT
1800 INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE INTEGRITY_EVM_XATTR INTEGRITY_POLICY_RULE
2400 CRYPTO_TEST_USER CRYPTO_PARAM_CHANGE_USER CRYPTO_LOGIN CRYPTO_LOGOUT CRYPTO_KEY_USER CRYPTO_FAILURE_USER CRYPTO_REPLAY_USER CRYPTO_SESSION CRYPTO_IKE_SA CRYPTO_IPSEC_SA
2500 VIRT_CONTROL VIRT_RESOURCE VIRT_MACHINE_ID VIRT_INTEGRITY_CHECK VIRT_CREATE VIRT_DESTROY VIRT_MIGRATE_IN VIRT_MIGRATE_OUT
`;

const NUMBERED: ReadonlyMap<string, string> = new Map(
  BY_NUMBER.trim()
    .split('\n')
    .flatMap((line) => {
      const [first, ...names] = line.split(' ');
      return names.map((name, index) => [String(Number(first) + index), name] as const);
    }),
);

export function typeName(type: string): string {
  return (
    NUMBERED.get(type) ?? type.replace(/^UNKNOWN\[(\d+)\]$/, (whole, number: string) => NUMBERED.get(number) ?? whole)
  );
}
