import { account, meaning, type SecurityCase } from './case.ts';

/** useradd, usermod, groupadd and the others of shadow-utils, and what busybox and PAM say in their place. */
export const ACCOUNTS: readonly SecurityCase[] = [
  {
    pattern:
      /^new user: name=(?<account>[^,\s]+), UID=(?<accountId>\d+), GID=(?<gid>\d+)(?:, home=(?<home>[^,]{0,1000}))?(?:, shell=(?<shell>[^,\s]{0,1000}))?(?:, from=(?<from>\S{1,255}))?/,
    set: account('added-user-account', 'user', 'creation'),
  },
  {
    pattern: /^failed adding user '(?<account>[^']{1,256})'(?:, (?<reason>.{1,300}))?/,
    set: { ...account('added-user-account', 'user', 'creation'), 'event.outcome': 'failure' },
  },
  {
    pattern: /^new group: name=(?<group>[^,\s]+), GID=(?<gid>\d+)/,
    set: account('added-group-account', 'group', 'creation'),
  },
  {
    pattern: /^group added to \S{1,255}: name=(?<group>[^,\s]+)(?:, GID=(?<gid>\d+))?/,
    set: account('added-group-account', 'group', 'creation'),
  },
  { pattern: /^delete user '(?<account>[^']{1,256})'/, set: account('deleted-user-account', 'user', 'deletion') },
  {
    pattern:
      /^(?:group '(?<group>[^']{1,256})' removed|removed (?:shadow )?group '(?<group2>[^']{1,256})'(?: owned by '(?<account>[^']{1,256})')?)/,
    set: account('deleted-group-account', 'group', 'deletion'),
  },
  {
    pattern: /^add '(?<account>[^']{1,256})' to (?:shadow )?group '(?<group>[^']{1,256})'/,
    set: account('added-user-to-group', 'group', 'change'),
  },
  {
    pattern: /^user (?<changed>\S+) added by (?<user>\S+) to group (?<group>\S+)/,
    set: account('added-user-to-group', 'group', 'change'),
  },
  {
    pattern: /^delete '(?<account>[^']{1,256})' from (?:shadow )?group '(?<group>[^']{1,256})'/,
    set: account('removed-user-from-group', 'group', 'change'),
  },
  {
    pattern: /^user (?<changed>\S+) removed by (?<user>\S+) from group (?<group>\S+)/,
    set: account('removed-user-from-group', 'group', 'change'),
  },
  {
    pattern: /^(?:members|administrators) of group (?<group>\S+) set by (?<user>\S+) to /,
    set: account('changed-group-members', 'group', 'change'),
  },
  {
    pattern: /^group changed in \S{1,255} \(group (?<group>[^/\s]{1,256})\/(?<gid>\d+)/,
    set: account('changed-group', 'group', 'change'),
  },
  {
    pattern: /^password for '(?<changed>[^']{1,256})' changed by '(?<user>[^']{1,256})'/,
    set: account('changed-password', 'user', 'change'),
  },
  { pattern: /^change user '(?<account>[^']{1,256})' password/, set: account('changed-password', 'user', 'change') },
  { pattern: /password changed for (?<account>[^\s,]+)/, set: account('changed-password', 'user', 'change') },
  { pattern: /^lock user '(?<account>[^']{1,256})' password/, set: account('locked-user-account', 'user', 'change') },
  {
    pattern: /^unlock user '(?<account>[^']{1,256})' password/,
    set: account('unlocked-user-account', 'user', 'change'),
  },
  {
    pattern: /^change user name '(?<account>[^']{1,256})' to '(?<newName>[^']{1,256})'/,
    set: account('renamed-user-account', 'user', 'change'),
  },
  {
    pattern: /^changed? user '(?<account>[^']{1,256})' (?:shell|home|UID|GID|GECOS|information|expiration|inactive)/,
    set: account('changed-user-account', 'user', 'change'),
  },
  {
    pattern: /^changed password expiry for (?<account>\S+)/,
    set: account('changed-password-expiry', 'user', 'change'),
  },
  // OpenBSD and NetBSD
  {
    pattern:
      /^new user added: name=(?<account>[^,\s]+), uid=(?<accountId>\d+), gid=(?<gid>\d+)(?:, home=(?<home>[^,]{0,1000}))?(?:, shell=(?<shell>[^,\s]{0,1000}))?/,
    set: account('added-user-account', 'user', 'creation'),
  },
  {
    pattern: /^new group added: name=(?<group>[^,\s]+), gid=(?<gid>\d+)/,
    set: account('added-group-account', 'group', 'creation'),
  },
  { pattern: /^user removed: name=(?<account>[^,\s]+)/, set: account('deleted-user-account', 'user', 'deletion') },
  // pwdutils of SUSE to 11
  {
    pattern:
      /^new account added - account=(?<account>[^,\s]+), uid=(?<accountId>\d+)(?:, gid=(?<gid>\d+))?(?:, home=(?<home>[^,]{0,1000}))?(?:, shell=(?<shell>[^,\s]{0,1000}))?/,
    set: account('added-user-account', 'user', 'creation'),
  },
  {
    pattern: /^(?:account deleted|account removed) - account=(?<account>[^,\s]+)(?:, uid=(?<accountId>\d+))?/,
    set: account('deleted-user-account', 'user', 'deletion'),
  },
  {
    pattern: /^password changed - account=(?<account>[^,\s]+)(?:, uid=(?<accountId>\d+))?/,
    set: account('changed-password', 'user', 'change'),
  },
  {
    pattern: /^(?:new )?group added - group=(?<group>[^,\s]+)(?:, gid=(?<gid>\d+))?/,
    set: account('added-group-account', 'group', 'creation'),
  },
  {
    pattern: /^user '(?<account>[^']{1,256})' added to '(?<group>[^']{1,256})'/,
    set: account('added-user-to-group', 'group', 'change'),
  },
  {
    pattern: /^user '(?<account>[^']{1,256})' removed from '(?<group>[^']{1,256})'/,
    set: account('removed-user-from-group', 'group', 'change'),
  },
  {
    pattern: /^(?<reason>(?:cannot|can't|failed to) .{1,300})/,
    set: meaning('account-change', ['iam'], ['change'], 'failure'),
  },
];
