package io.peerbus.launcher.plugin.jar;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in one jar: that no two of them could be one file, that none leads elsewhere, and that none means more to
 * the JVM than it seems to. Used once, by one thread.
 */
final class EntryNames {

  /** Where versions of classes for later JVMs are (JAR specification, "Multi-release JAR files"). */
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/([^/]*)/(.*)");

  /** Longest name. Names are kept for as long as the plugin runs; one can have 64 KiB, and there are thousands. */
  private static final int MAX_NAME = 1024;

  private final String jar;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> metaInf = new HashMap<>();

  EntryNames(String jar) {
    this.jar = jar;
  }

  /** Refuses a name that is bad in itself or beside those before it. */
  void add(String name) throws PluginException {
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    checkForm(name, path);
    if (!names.add(path)) {
      throw refused("has the entry " + Quoted.of(path) + " twice: which one counts depends on the reader; build it"
          + " anew, without duplicates");
    }
    if (path.toUpperCase(Locale.ROOT).startsWith("META-INF")) {
      checkMetaInf(path);
    }
    if (name.endsWith(".class") && PluginLoader.isShared(effective(name).replace('/', '.'))) {
      throw refused("brings its own " + effective(name).replace('/', '.')
          + ", which belongs to the node: build the plugin with that dependency as \"provided\"");
    }
  }

  private void checkForm(String name, String path) throws PluginException {
    if (name.length() > MAX_NAME) {
      throw refused("has an entry whose name is longer than " + MAX_NAME + " characters: " + Quoted.of(name)
          + "; give it a shorter one");
    }
    if (!name.chars().allMatch(c -> Quoted.isPlain((char) c))) {
      throw refused("has an entry whose name holds control characters: " + Quoted.of(name) + "; rename it");
    }
    List<String> steps = List.of(path.split("/", -1));
    if (name.contains("\\") || name.matches("[A-Za-z]:.*") || name.startsWith("/") || steps.contains("..")) {
      throw refused("has an entry with a path that leads out of it: " + Quoted.of(name)
          + "; build it anew, with paths relative to its root and / between their parts");
    }
    if (steps.contains(".") || steps.contains("")) {
      throw refused("has an entry whose path could be written shorter, and so be another's: " + Quoted.of(name)
          + "; build it anew, without empty or \".\" steps");
    }
  }

  private void checkMetaInf(String path) throws PluginException {
    String before = metaInf.putIfAbsent(path.toUpperCase(Locale.ROOT), path);
    if (before != null || !path.startsWith("META-INF")) {
      throw refused("has " + Quoted.of(path) + (before == null ? "" : " beside " + Quoted.of(before))
          + ": the JVM does not tell capitals from small letters there; write META-INF in capitals, and each name"
          + " once");
    }
    String upper = path.toUpperCase(Locale.ROOT);
    if (upper.equals("META-INF/MANIFEST.MF") && !path.equals("META-INF/MANIFEST.MF")) {
      throw refused("names its manifest " + Quoted.of(path) + "; it must be META-INF/MANIFEST.MF");
    }
    if (upper.equals("META-INF/INDEX.LIST")) {
      throw refused("has META-INF/INDEX.LIST, by which older JVMs load classes from other jars; build it without an"
          + " index");
    }
    if (upper.matches("META-INF/([^/]*\\.(SF|RSA|DSA|EC)|SIG-[^/]*)")) {
      throw refused("has " + path + ", a signature of jarsigner or of a dependency packed into it, which proves nothing"
          + " here; leave it out, and sign with: peerbus plugin sign");
    }
    checkVersioned(path);
  }

  private void checkVersioned(String path) throws PluginException {
    Matcher versioned = VERSIONED.matcher(path);
    if (versioned.matches() && (!versioned.group(1).matches("9|[1-9][0-9]{1,2}")
        || versioned.group(2).toUpperCase(Locale.ROOT).startsWith("META-INF"))) {
      throw refused("has " + Quoted.of(path) + ", which no JVM takes for a version of anything; under META-INF/versions"
          + " there may be folders 9, 10, … and in them classes and resources");
    }
  }

  /** The name without {@code META-INF/versions/N/}: what the class is called that a newer JVM finds there. */
  static String effective(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches() ? versioned.group(2) : name;
  }

  /** The version of Java an entry is for; 0 when it is for all. */
  static int release(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches() ? Integer.parseInt(versioned.group(1)) : 0;
  }

  private PluginException refused(String why) {
    return new PluginException(jar + " " + why);
  }
}
