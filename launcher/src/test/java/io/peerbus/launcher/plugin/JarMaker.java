package io.peerbus.launcher.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes plugin jars out of source text, good ones and bad ones. */
public final class JarMaker {

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Manifest manifest = new Manifest();

  /** A jar with a whole manifest and nothing else in it. */
  public JarMaker(String id, String verticle) {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    with("Plugin-Id", id).with("Plugin-Version", "1.2").with("Plugin-Verticle", verticle).with("Plugin-Api", "1")
        .with("Plugin-Autostart", "false");
  }

  /** A jar with one class, {@code fixture.<name>}, of this source. */
  public static JarMaker ofVerticle(String id, String name, String body) {
    return new JarMaker(id, "fixture." + name).with("fixture." + name, "package fixture; import io.vertx.core.*;"
        + " public class " + name + " " + body);
  }

  /** A manifest attribute, or with {@code null} none; or a class, if the name has a package. */
  public JarMaker with(String name, String value) {
    if (name.startsWith("Plugin-")) {
      if (value == null) {
        manifest.getMainAttributes().remove(new Attributes.Name(name));
      } else {
        manifest.getMainAttributes().putValue(name, value);
      }
    } else {
      entries.putAll(compile(name, value));
    }
    return this;
  }

  /** Any attribute of the manifest. */
  public JarMaker withAttribute(String name, String value) {
    manifest.getMainAttributes().putValue(name, value);
    return this;
  }

  /** No manifest, but what {@link #withEntry} adds as one. */
  public JarMaker withoutManifest() {
    manifest.clear();
    return this;
  }

  public JarMaker withEntry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  public byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      if (!manifest.getMainAttributes().isEmpty()) {
        out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
        manifest.write(out);
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> compile(String name, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();
    JavaFileManager inMemory = new ForwardingJavaFileManager<JavaFileManager>(
        compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
      @Override
      public JavaFileObject getJavaFileForOutput(
          Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
        return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
          @Override
          public OutputStream openOutputStream() {
            return classes.computeIfAbsent(className.replace('.', '/') + ".class", key -> new ByteArrayOutputStream());
          }
        };
      }
    };
    JavaFileObject file = new SimpleJavaFileObject(
        URI.create("mem:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
    List<String> options = new ArrayList<>(List.of("--release", "17", "-proc:none", "-classpath",
        System.getProperty("java.class.path")));
    if (!compiler.getTask(null, inMemory, problems, options, null, List.of(file)).call()) {
      throw new IllegalStateException(problems.getDiagnostics().toString());
    }
    Map<String, byte[]> all = new LinkedHashMap<>();
    classes.forEach((path, bytes) -> all.put(path, bytes.toByteArray()));
    return all;
  }
}
