package dev.sallyport.proxy.ssh.sftp;

import java.util.Set;

/** Numbers and names of SFTP version 3 and of OpenSSH's extensions to it (PROTOCOL §4). */
final class Sftp {
    static final int VERSION_3 = 3;

    static final int INIT = 1;
    static final int VERSION = 2;
    static final int OPEN = 3;
    static final int CLOSE = 4;
    static final int READ = 5;
    static final int WRITE = 6;
    static final int LSTAT = 7;
    static final int FSTAT = 8;
    static final int SETSTAT = 9;
    static final int FSETSTAT = 10;
    static final int OPENDIR = 11;
    static final int READDIR = 12;
    static final int REMOVE = 13;
    static final int MKDIR = 14;
    static final int RMDIR = 15;
    static final int REALPATH = 16;
    static final int STAT = 17;
    static final int RENAME = 18;
    static final int READLINK = 19;
    static final int SYMLINK = 20;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRS = 105;
    static final int EXTENDED = 200;
    static final int EXTENDED_REPLY = 201;

    static final int OK = 0;
    static final int EOF = 1;
    static final int PERMISSION_DENIED = 3;
    static final int OP_UNSUPPORTED = 8;

    static final int OPEN_READ = 0x01;

    /** WRITE, APPEND, CREAT, TRUNC; EXCL means nothing without CREAT. */
    static final int OPEN_WRITE = 0x02 | 0x04 | 0x08 | 0x10;

    static final int OPEN_KNOWN = 0x3f;

    static final String POSIX_RENAME = "posix-rename@openssh.com";
    static final String HARDLINK = "hardlink@openssh.com";
    static final String FSYNC = "fsync@openssh.com";
    static final String STATVFS = "statvfs@openssh.com";
    static final String FSTATVFS = "fstatvfs@openssh.com";
    static final String LSETSTAT = "lsetstat@openssh.com";
    static final String LIMITS = "limits@openssh.com";
    static final String EXPAND_PATH = "expand-path@openssh.com";
    static final String COPY_DATA = "copy-data";
    static final String HOME_DIRECTORY = "home-directory";
    static final String USERS_GROUPS = "users-groups-by-id@openssh.com";

    /** Extensions that are understood here; a server's others are not shown to the agent. */
    static final Set<String> EXTENSIONS =
            Set.of(
                    POSIX_RENAME,
                    HARDLINK,
                    FSYNC,
                    STATVFS,
                    FSTATVFS,
                    LSETSTAT,
                    LIMITS,
                    EXPAND_PATH,
                    COPY_DATA,
                    HOME_DIRECTORY,
                    USERS_GROUPS);

    private Sftp() {}

    /** A status code as the word that goes into the record. */
    static String word(int status) {
        return switch (status) {
            case OK -> "ok";
            case EOF -> "eof";
            case 2 -> "no-such-file";
            case PERMISSION_DENIED -> "permission-denied";
            case 4 -> "failure";
            case 5 -> "bad-message";
            case 6 -> "no-connection";
            case 7 -> "connection-lost";
            case OP_UNSUPPORTED -> "unsupported";
            default -> "status-" + Integer.toUnsignedString(status);
        };
    }
}
