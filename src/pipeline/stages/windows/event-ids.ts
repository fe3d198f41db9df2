/** Who of an event is who: its subject acts on nobody, on an account, on a group or on a member of one; or the target acts. */
export type Actor = 'subject' | 'target' | 'account' | 'group' | 'member';

/** What an event of the Security channel and its kin means. */
export type WindowsMeaning = {
  readonly action: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly actor: Actor;
  /** Where the event's keywords do not say it. */
  readonly outcome: string | undefined;
};

/** `ids | action | category,… | type,… | actor [| outcome]`: "Advanced security audit policy settings" and "Appendix L". */
const SECURITY = `
4624 | logged-in | authentication | start | target | success
4625 | logon-failed | authentication | start | target | failure
4634 4647 | logged-out | authentication | end | target | success
4648 | logged-in-explicit | authentication | start | target | success
4672 | logged-in-special | iam | admin | subject | success
4649 | replay-attack-detected | authentication,intrusion_detection | info | target | failure
4675 | sids-filtered | authentication | info | target
4768 | kerberos-authentication-ticket-requested | authentication | start | target
4769 | kerberos-service-ticket-requested | authentication | start | target
4770 | kerberos-service-ticket-renewed | authentication | start | target | success
4771 | kerberos-preauth-failed | authentication | start | target | failure
4772 4773 | kerberos-ticket-request-failed | authentication | start | target | failure
4776 4777 | credential-validated | authentication | start | target
4778 | session-reconnected | session | start | target | success
4779 | session-disconnected | session | end | target | success
4800 | workstation-locked | session | end | target | success
4801 | workstation-unlocked | session | start | target | success
4802 | screensaver-invoked | session | end | target | success
4803 | screensaver-dismissed | session | start | target | success
5378 | credentials-delegation-disallowed | authentication | info | subject | failure
4688 | created-process | process | start | subject | success
4689 | exited-process | process | end | subject | success
4696 | assigned-token | process | change | subject | success
4697 | service-installed | process,configuration | creation,start | subject | success
4698 | scheduled-task-created | configuration | creation | subject | success
4699 | scheduled-task-deleted | configuration | deletion | subject | success
4700 | scheduled-task-enabled | configuration | change | subject | success
4701 | scheduled-task-disabled | configuration | change | subject | success
4702 | scheduled-task-updated | configuration | change | subject | success
4656 | handle-requested | file | access | subject
4657 | registry-value-modified | registry | change | subject | success
4658 | handle-closed | file | info | subject | success
4660 | object-deleted | file | deletion | subject | success
4663 | object-accessed | file | access | subject | success
4664 | hard-link-created | file | creation | subject | success
4670 | permissions-changed | file,iam | change | subject | success
4673 | privileged-service-called | process | info | subject
4674 | privileged-operation | process | info | subject
4703 | user-right-adjusted | iam | change | account | success
4704 | user-right-assigned | iam | admin,change | subject | success
4705 | user-right-removed | iam | admin,change | subject | success
4706 | trust-created | configuration | creation | subject | success
4707 | trust-removed | configuration | deletion | subject | success
4713 | kerberos-policy-changed | configuration | change | subject | success
4716 | trust-modified | configuration | change | subject | success
4717 | system-security-access-granted | iam | admin,change | subject | success
4718 | system-security-access-removed | iam | admin,change | subject | success
4719 | changed-audit-config | iam,configuration | admin,change | subject | success
4739 | domain-policy-changed | configuration | change | subject | success
4720 | added-user-account | iam | user,creation | account | success
4722 | enabled-user-account | iam | user,change | account | success
4723 | changed-password | iam | user,change | account
4724 | reset-password | iam | user,change | account
4725 | disabled-user-account | iam | user,change | account | success
4726 | deleted-user-account | iam | user,deletion | account | success
4738 | modified-user-account | iam | user,change | account | success
4740 | locked-out-user-account | iam | user,change | account | success
4765 | sid-history-added | iam | user,change | account | success
4766 | sid-history-failed | iam | user,change | account | failure
4767 | unlocked-user-account | iam | user,change | account | success
4780 | acl-set-on-administrators | iam | user,change | account | success
4781 | renamed-user-account | iam | user,change | account | success
4794 | dsrm-password-set | iam | user,change | subject
4741 | added-computer-account | iam | creation,admin | account | success
4742 | changed-computer-account | iam | change,admin | account | success
4743 | deleted-computer-account | iam | deletion,admin | account | success
4727 4731 4744 4749 4754 4759 4783 4790 | added-group-account | iam | group,creation | group | success
4728 4732 4746 4751 4756 4761 4785 4787 | added-member-to-group | iam | group,change | member | success
4729 4733 4747 4752 4757 4762 4786 4788 | removed-member-from-group | iam | group,change | member | success
4730 4734 4748 4753 4758 4763 4789 4792 | deleted-group-account | iam | group,deletion | group | success
4735 4737 4745 4750 4755 4760 4764 4784 4791 | modified-group-account | iam | group,change | group | success
4798 | user-member-enumerated | iam | user,info | account | success
4799 | group-membership-enumerated | iam | group,info | group | success
4608 | windows-started | host | start | subject | success
4609 | windows-shut-down | host | end | subject | success
4610 4611 4614 4622 | security-package-loaded | configuration | change | subject | success
4612 | audit-messages-lost | host | info | subject | failure
4616 | changed-system-time | host | change | subject | success
4618 | monitored-event-pattern | intrusion_detection | info | subject | success
4621 | audit-fail-recovered | host | change | subject | success
1100 | logging-service-shutdown | host | end | subject | success
1102 | audit-log-cleared | iam,configuration | admin,change | subject | success
1104 | logging-full | iam | admin | subject | success
1105 | auditlog-archived | iam | admin | subject | success
4902 | user-audit-policy-created | iam | admin,creation | subject | success
4904 | security-event-source-added | iam | admin,change | subject | success
4905 | security-event-source-removed | iam | admin,change | subject | success
4907 | audit-setting-changed | iam | admin,change | subject | success
4912 | per-user-audit-policy-changed | iam | admin,change | subject | success
4944 4945 4946 4947 4948 4949 4950 4951 4952 4953 4954 4956 4957 4958 | firewall-changed | configuration | change | subject
5024 | firewall-started | process | start | subject | success
5025 | firewall-stopped | process | end | subject | success
5030 5034 5035 5037 | firewall-failed | process | end | subject | failure
5136 | directory-object-modified | iam | change | subject | success
5137 | directory-object-created | iam | creation | subject | success
5138 | directory-object-undeleted | iam | creation | subject | success
5139 | directory-object-moved | iam | change | subject | success
5141 | directory-object-deleted | iam | deletion | subject | success
4662 | directory-object-accessed | iam | info | subject
5140 | network-share-accessed | network,file | access | subject | success
5142 | network-share-added | configuration | creation | subject | success
5143 | network-share-modified | configuration | change | subject | success
5144 | network-share-deleted | configuration | deletion | subject | success
5145 | network-share-checked | network,file | access | subject
5152 5157 | windows-firewall-blocked | network | connection,denied | subject | failure
5154 5156 5158 | windows-firewall-allowed | network | connection,allowed | subject | success
5155 5159 | windows-firewall-bind-blocked | network | denied | subject | failure
6272 | nps-access-granted | authentication | start | subject | success
6273 6274 | nps-access-denied | authentication | start | subject | failure
6416 | external-device-recognised | driver | start | subject | success
`;

/** Of other channels, where the number alone would say nothing: `provider or channel: ids | …`. */
const OTHERS = `
System: 104 | log-cleared | configuration | change | subject | success
System: 7045 | service-installed | process,configuration | creation,start | subject | success
System: 7036 | service-state-changed | process | change | subject
System: 7040 | service-start-type-changed | configuration | change | subject | success
System: 7034 7031 | service-crashed | process | end | subject | failure
System: 6005 | event-log-started | host | start | subject | success
System: 6006 | event-log-stopped | host | end | subject | success
System: 6008 | unexpected-shutdown | host | end | subject | failure
System: 1074 | shutdown-initiated | host | end | subject | success
Windows PowerShell: 400 | engine-started | process | start | subject | success
Windows PowerShell: 403 | engine-stopped | process | end | subject | success
Microsoft-Windows-PowerShell/Operational: 4104 | script-block-logged | process | info | subject
Microsoft-Windows-PowerShell/Operational: 4103 | module-logged | process | info | subject
Microsoft-Windows-Sysmon/Operational: 1 | process-created | process | start | subject
Microsoft-Windows-Sysmon/Operational: 2 | file-time-changed | file | change | subject
Microsoft-Windows-Sysmon/Operational: 3 | network-connection | network | connection,start | subject
Microsoft-Windows-Sysmon/Operational: 5 | process-terminated | process | end | subject
Microsoft-Windows-Sysmon/Operational: 6 | driver-loaded | driver | start | subject
Microsoft-Windows-Sysmon/Operational: 7 | image-loaded | library | start | subject
Microsoft-Windows-Sysmon/Operational: 8 | remote-thread-created | process | change | subject
Microsoft-Windows-Sysmon/Operational: 10 | process-accessed | process | access | subject
Microsoft-Windows-Sysmon/Operational: 11 | file-created | file | creation | subject
Microsoft-Windows-Sysmon/Operational: 12 13 14 | registry-changed | registry | change | subject
Microsoft-Windows-Sysmon/Operational: 15 | file-stream-created | file | creation | subject
Microsoft-Windows-Sysmon/Operational: 22 | dns-query | network | connection,protocol,info | subject
Microsoft-Windows-Sysmon/Operational: 23 26 | file-deleted | file | deletion | subject
Microsoft-Windows-TerminalServices-LocalSessionManager/Operational: 21 25 | session-opened | session | start | subject | success
Microsoft-Windows-TerminalServices-LocalSessionManager/Operational: 23 24 | session-closed | session | end | subject | success
Microsoft-Windows-Windows Defender/Operational: 1116 1117 | malware-found | malware | info | subject
`;

const TABLE = new Map<string, WindowsMeaning>();

function add(prefix: string, ids: string, rest: readonly string[]): void {
  const [action = '', category = '', type = '', actor = 'subject', outcome] = rest;
  const meaning: WindowsMeaning = {
    action,
    category: category.split(','),
    type: type.split(','),
    actor: actor as Actor,
    outcome,
  };
  for (const id of ids.split(' ')) TABLE.set(`${prefix}${id}`, meaning);
}

for (const line of SECURITY.trim().split('\n')) {
  const [ids = '', ...rest] = line.split(' | ');
  add('Security: ', ids, rest);
}
for (const line of OTHERS.trim().split('\n')) {
  const [head = '', ...rest] = line.split(' | ');
  const colon = head.indexOf(': ');
  add(head.slice(0, colon + 2), head.slice(colon + 2), rest);
}

/** What the event of that number means in its channel. */
export function windowsMeaning(channel: string, code: string): WindowsMeaning | undefined {
  return TABLE.get(`${channel}: ${code}`);
}

/** All there are, for the test that holds them against ECS. */
export function windowsMeanings(): readonly (readonly [string, WindowsMeaning])[] {
  return [...TABLE];
}

/** Kinds of logon, of event 4624's documentation. */
export const LOGON_TYPES: Readonly<Record<string, string>> = {
  '0': 'System',
  '2': 'Interactive',
  '3': 'Network',
  '4': 'Batch',
  '5': 'Service',
  '7': 'Unlock',
  '8': 'NetworkCleartext',
  '9': 'NewCredentials',
  '10': 'RemoteInteractive',
  '11': 'CachedInteractive',
  '12': 'CachedRemoteInteractive',
  '13': 'CachedUnlock',
};

/** Why a logon failed: NTSTATUS of events 4625 and 4776, and Kerberos' codes of 4768 and 4771. */
export const FAILURES: Readonly<Record<string, string>> = {
  '0xc0000064': 'user name does not exist',
  '0xc000006a': 'wrong password',
  '0xc000006d': 'bad user name or password',
  '0xc000006e': 'account restriction',
  '0xc000006f': 'outside of the hours allowed',
  '0xc0000070': 'workstation not allowed',
  '0xc0000071': 'password expired',
  '0xc0000072': 'account disabled',
  '0xc00000dc': 'server in the wrong state',
  '0xc0000133': 'clocks too far apart',
  '0xc000015b': 'logon type not granted',
  '0xc000018c': 'trust relationship failed',
  '0xc0000192': 'netlogon not started',
  '0xc0000193': 'account expired',
  '0xc0000224': 'password must change',
  '0xc0000234': 'account locked out',
  '0x6': 'client not found in Kerberos database',
  '0xc': 'workstation or hours not allowed',
  '0x12': 'account disabled, expired or locked out',
  '0x17': 'password expired',
  '0x18': 'pre-authentication failed, wrong password',
  '0x25': 'clocks too far apart',
};
