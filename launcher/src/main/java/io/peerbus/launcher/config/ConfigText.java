package io.peerbus.launcher.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads JSON text strictly: one object, no name twice, nothing after it, neither too large nor too deep. */
public final class ConfigText {

  /** Largest file read. A configuration is some kilobytes; a wrong path may name a disk image. */
  static final int MAX_BYTES = 1 << 20;

  /** Deepest nesting. Every parser below recurses or keeps a stack; "[[[[…" must not reach them. */
  static final int MAX_DEPTH = 32;

  private static final JsonFactory STRICT = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH).maxNumberLength(40).maxStringLength(MAX_BYTES).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private ConfigText() {}

  /** What an option like {@code -conf} gives: the JSON itself if it starts with a brace, else a file of it. */
  public static JsonObject of(String option, String argument) throws ConfigException {
    return argument.stripLeading().startsWith("{") ? parse(option, argument) : read(Path.of(argument));
  }

  static JsonObject read(Path file) throws ConfigException {
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file.toString(), "is a folder, not a file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigException(file.toString(), "is larger than " + MAX_BYTES + " bytes");
      }
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "no such file (looked in " + Path.of("").toAbsolutePath() + ")");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e);
    }
  }

  /** Parses UTF-8; {@code source} names it in errors. */
  static JsonObject parse(String source, byte[] utf8) throws ConfigException {
    return parse(source, decode(source, utf8));
  }

  /** Parses {@code text}; {@code source} names it in errors. */
  static JsonObject parse(String source, String text) throws ConfigException {
    try (JsonParser parser = STRICT.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new ConfigException(source, first == null ? "is empty" : "must be one JSON object, {…}");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new ConfigException(source, at(parser.currentLocation().getLineNr(),
            parser.currentLocation().getColumnNr()) + "there is more after the end of the object");
      }
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : at(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new ConfigException(source, where + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new ConfigException(source, e.toString());
    }
    return new JsonObject(text);
  }

  private static String decode(String source, byte[] bytes) throws ConfigException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new ConfigException(source, "is not UTF-8 text");
    }
  }

  private static String at(int line, int column) {
    return "line " + line + ", column " + column + ": ";
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
