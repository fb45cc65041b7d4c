package io.peerbus.launcher.data;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret that processes of this user show to be let in: 256 bits of chance as text, mode 0600. Made once; a file that
 * others can read, or that holds too little, stops the node and is left as it is.
 */
public final class TokenFile {

  private static final int BYTES = 32;
  /** What a token must have at least, when its owner wrote it: 128 bits in base64. */
  private static final int MIN_LENGTH = 22;
  private static final int MAX_LENGTH = 512;

  private TokenFile() {}

  /** The token in {@code file}; on the first call a new one. Blocks. */
  public static String loadOrCreate(Path file, SecureRandom random) throws StartException {
    try {
      if (!Files.exists(file)) {
        create(file, random);
      }
      return load(file);
    } catch (IOException e) {
      throw new StartException(Exit.DATA, "token " + file + " cannot be read or made: " + e, e);
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException, StartException {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.exists(folder)) {
      DataFolder.create(folder);
    }
    try {
      PrivateFile.create(file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (FileAlreadyExistsException e) {
      // Somebody was quicker; that token counts.
    }
  }

  private static String load(Path file) throws IOException, StartException {
    PrivateFile.check(file, "token", "they may know it: delete it, and the next start makes another");
    String token = Files.size(file) > MAX_LENGTH ? "" : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    if (!token.matches("[!-~]{" + MIN_LENGTH + ",}")) {
      throw new StartException(Exit.DATA, "token " + file + " holds no token, that is " + MIN_LENGTH + " to "
          + MAX_LENGTH + " visible ASCII characters; delete it, and the next start makes one");
    }
    return token;
  }
}
