package io.peerbus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where a server of lesson 7 writes its address, for clients that are told of none: {@code server_node_addr.txt}. */
record LessonFile(Path path) {

  private static final String NAME = "server_node_addr.txt";

  /** In the lesson's folder, where the environment names it; else beside the program. */
  static LessonFile of(Map<String, String> environment, Path home) {
    String root = environment.getOrDefault("PROJECT_ROOT", "");
    String lesson = environment.getOrDefault("LESSON_PATH", "");
    Path folder = root.isEmpty() || lesson.isEmpty() ? home.resolve("bin") : Path.of(root, lesson);
    return new LessonFile(folder.resolve(NAME));
  }

  /** Puts this address in the place of what was there. */
  void save(String address) throws IOException {
    Files.writeString(path, address + "\n");
  }

  /** The addresses, the one to use first; none where there is no file. */
  List<String> load() throws IOException {
    return Files.exists(path)
        ? Files.readAllLines(path).stream().map(String::strip).filter(line -> !line.isEmpty()).toList() : List.of();
  }
}
