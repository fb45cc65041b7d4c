package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The file that a node's config is from.
 *
 * @param reader reads and checks it as at the start, with what the command line puts over it
 */
record ConfigFile(Path path, Reader reader) {

  /** Blocks. */
  @FunctionalInterface
  interface Reader {
    NodeConfig read() throws ConfigException, StartException;
  }

  /** What changes with its content, or without; {@code null} while the file cannot be looked at. Blocks. */
  String stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey();
    } catch (IOException e) {
      return null; // gone, or about to be moved into place
    }
  }
}
