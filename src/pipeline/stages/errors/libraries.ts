import type { Frame } from './trace.ts';

/**
 * What is not the application: runtimes, standard libraries, folders of dependencies, and packages known to be libraries.
 * Options of the stage add to it and take from it.
 */

/** Packages of Java, Kotlin, Scala, Groovy, Clojure and Android. */
const JAVA = `java javax jakarta jdk sun com.sun oracle kotlin kotlinx scala akka groovy clojure android androidx com.android
dalvik libcore org.xml org.w3c org.omg org.ietf org.apache org.springframework org.hibernate org.eclipse org.jboss org.wildfly
org.glassfish org.codehaus org.junit junit org.testng org.mockito org.assertj org.hamcrest org.slf4j org.aspectj org.jooq
org.mybatis org.quartz org.flywaydb org.thymeleaf org.postgresql org.mariadb org.h2 org.sqlite org.bouncycastle org.joda
org.redisson org.jetbrains org.koin org.jdbi org.keycloak.adapters org.elasticsearch.client org.opensearch.client org.bson
org.reactivestreams org.yaml org.json org.objectweb org.gradle org.graalvm org.mozilla.javascript org.jruby org.xerial
org.yaml.snakeyaml org.http4s org.typelevel org.scalatest io.netty io.grpc io.micronaut io.quarkus io.vertx io.undertow
io.micrometer io.opentelemetry io.opentracing io.reactivex io.projectreactor io.ktor io.lettuce io.sentry io.smallrye
io.github.resilience4j io.confluent io.fabric8 io.swagger io.dropwizard io.jsonwebtoken io.undertow reactor rx feign okhttp3
okio retrofit2 brave zipkin2 javassist net.bytebuddy net.sf net.logstash net.sourceforge ch.qos com.google.common
com.google.protobuf com.google.inject com.google.gson com.google.api com.google.cloud com.fasterxml com.zaxxer com.mysql
com.microsoft.sqlserver com.mongodb com.amazonaws com.azure com.netflix com.typesafe com.rabbitmq com.hazelcast com.datastax
com.squareup com.ibm com.caucho com.codahale com.github.benmanes com.github.tomakehurst com.newrelic com.datadoghq com.jcraft
com.lmax com.mchange com.vaadin software.amazon redis.clients co.elastic co.paralleluniverse dev.failsafe play slick cats zio
monix spray weblogic liquibase freemarker antlr jnr nonapi sbt worker.org.gradle app.cash.sqldelight _COROUTINE`;

/** Namespaces of .NET. */
const DOTNET = `System Microsoft Windows Mono Internal Interop mscorlib Newtonsoft Npgsql Dapper MassTransit Autofac NUnit Xunit
Serilog NLog log4net MediatR Polly StackExchange FluentValidation AutoMapper Grpc Google.Protobuf Google.Apis Google.Cloud MongoDB
MySql MySqlConnector Oracle RabbitMQ Quartz Hangfire Castle RestSharp Refit Azure Amazon Confluent NHibernate ServiceStack
Elasticsearch.Net Elastic.Clients Elastic.Apm Nest OpenTelemetry Swashbuckle IdentityServer4 IdentityModel Orleans Akka NServiceBus
Rebus Moq NSubstitute Sentry Datadog Prometheus EasyNetQ LinqToDB Marten HotChocolate GraphQL Flurl SQLite SQLitePCL Ninject Unity
StructureMap Lamar SimpleInjector Scrutor FSharp Giraffe Owin Topshelf Humanizer NodaTime YamlDotNet CsvHelper MimeKit MailKit`;

/** Packages of Go's standard library, by the first element of their path. */
const GO_STANDARD = `archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag
fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv
strings structs sync syscall syscall testing text time unicode unique unsafe weak panic`;

/** Modules of Go that are libraries also where their folder does not say so (GOPATH, -trimpath without versions). */
const GO_MODULES = `golang.org google.golang.org go.uber.org gopkg.in k8s.io sigs.k8s.io gorm.io entgo.io go.mongodb.org
go.opentelemetry.io go.etcd.io cloud.google.com github.com/gin-gonic github.com/labstack github.com/gorilla github.com/go-chi
github.com/jackc github.com/lib/pq github.com/go-redis github.com/redis github.com/spf13 github.com/stretchr github.com/valyala
github.com/gofiber github.com/jmoiron github.com/go-sql-driver github.com/aws github.com/Azure github.com/sirupsen
github.com/pkg/errors github.com/rs/zerolog github.com/prometheus github.com/grpc-ecosystem github.com/hashicorp
github.com/segmentio github.com/Shopify/sarama github.com/IBM/sarama github.com/nats-io github.com/urfave github.com/julienschmidt
github.com/getsentry github.com/olivere github.com/elastic github.com/mattn github.com/go-kit github.com/go-playground
github.com/graph-gophers github.com/99designs github.com/beego github.com/astaxie github.com/dgraph-io github.com/cockroachdb/errors`;

/** Crates of Rust that are met in backtraces; others are known by cargo's folders. */
const RUST = `std core alloc test proc_macro backtrace rust_begin_unwind rust_panic rust_eh_personality __rust_begin_short_backtrace
__libc_start_main __libc_start_call_main __pthread_start start_thread clone clone3 _start __rustc tokio tokio_util futures
futures_util futures_core futures_channel async_std smol rayon rayon_core crossbeam hyper hyper_util axum axum_core tower
tower_http tower_service actix_web actix_rt actix_http actix_server rocket warp tonic reqwest serde serde_json sqlx sqlx_core diesel
anyhow eyre color_eyre thiserror tracing tracing_core tracing_subscriber log env_logger clap clap_builder rustls mio h2 http bytes
regex regex_automata chrono rand parking_lot once_cell hashbrown indexmap redis tokio_postgres deadpool aws_sdk_s3 aws_smithy_runtime
lambda_runtime`;

const words = (text: string): string =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|');

const JAVA_LIBRARY = new RegExp(`^(?:${words(JAVA)})\\.`);
const DOTNET_LIBRARY = new RegExp(`^(?:${words(DOTNET)})\\.`);
const GO_FUNCTION = new RegExp(`^(?:(?:${words(GO_STANDARD)})(?:[./]|$)|(?:${words(GO_MODULES)})[./])`);
const GO_FILE = new RegExp(
  String.raw`/pkg/mod/|/vendor/|@v\d|/go(?:[\d.-][\w.-]{0,20})?/src/(?:${words(GO_STANDARD)})/|^_cgo|^(?:proc|asm_\w+)\.(?:go|s)$`,
);
const RUST_FUNCTION = new RegExp(
  `^(?:<{0,2}&?(?:dyn )?(?:${words(RUST)})(?:::|$)|main$|__rust|_rust|_ZN|<unknown>|_+\\w+$)`,
);
const RUST_FILE =
  /\/rustc\/|[\\/]\.?cargo[\\/](?:registry|git)[\\/]|\/\.rustup\/|\/vendor\/|^\/build\/glibc|\.\.\/sysdeps|^\.?\/?library\/(?:std|core|alloc)\//;
const PYTHON_FILE =
  /[\\/](?:site|dist)-packages[\\/]|[\\/]lib(?:64)?[\\/](?:python|pypy)\d(?:\.\d+)?[\\/]|^\/opt\/python\/(?!current\/|bundle\/)|[\\/]Python\d*[\\/][Ll]ib[\\/]|python\d+\.zip|^<frozen |\.egg[\\/]|^\/var\/runtime\//;
const RUBY_FILE =
  /[\\/](?:gems|bundler|rubygems)[\\/]|[\\/]lib[\\/]ruby[\\/]|^<internal:|vendor[\\/]bundle|^\/var\/runtime\//;
const PHP_FILE = /(?:^|[\\/])vendor[\\/]|[\\/]usr[\\/]share[\\/](?:php|pear)|[\\/]wp-includes[\\/]|[\\/]PEAR[\\/]/;
const NODE_BUILTIN =
  /^(?:(?:_\w+|assert|async_hooks|bootstrap_node|buffer|child_process|cluster|console|crypto|dgram|dns|domain|events|fs|http|http2|https|module|net|node|os|path|querystring|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(?:\.js)?|(?:node|internal|deno|ext|bun|evalmachine):.*|internal\/.*|native .*)$/;
const SCRIPT_FILE =
  /(?:^|[\\/])(?:node_modules|bower_components|\.yarn|\.pnpm|jspm_packages)[\\/]|webpack[\\/](?:bootstrap|runtime)|\(webpack\)|^(?:file:\/\/)?\/var\/runtime\/|\.pnp\.c?js|^(?:\w+-extension|safari-web-extension|chrome|resource):|:\/\/(?:deno\.land|esm\.sh|unpkg\.com|cdn\.jsdelivr\.net|cdnjs\.cloudflare\.com|code\.jquery\.com|ajax\.googleapis\.com|cdn\.skypack\.dev|www\.googletagmanager\.com|www\.google-analytics\.com|js\.stripe\.com|browser\.sentry-cdn\.com)\//;
const SCRIPT_NAME =
  /(?:^|[\\/])(?:(?:chunk-)?vendors?|polyfills?|runtime|webpack-runtime|framework|zone|jquery|react|react-dom|react-dom-client|scheduler|vue|angular|lodash|underscore|backbone|ember|moment|axios|rxjs|core-js|bootstrap|d3|three)(?:[.~-][\w.~-]{0,80})?\.[cm]?js(?:$|\?)/;

/** Whether the frame is the runtime's, the standard library's or a dependency's. */
export function isLibrary(language: string, { fn, file }: Frame): boolean {
  switch (language) {
    case 'java':
      return JAVA_LIBRARY.test(fn);
    case 'dotnet':
      return DOTNET_LIBRARY.test(fn);
    case 'go':
      return GO_FUNCTION.test(fn) || GO_FILE.test(file);
    case 'rust':
      return RUST_FUNCTION.test(fn) || RUST_FILE.test(file);
    case 'python':
      return PYTHON_FILE.test(file);
    case 'ruby':
      return RUBY_FILE.test(file);
    case 'php':
      return PHP_FILE.test(file);
    default:
      return (
        NODE_BUILTIN.test(file) ||
        SCRIPT_FILE.test(file) ||
        SCRIPT_NAME.test(file) ||
        /^__webpack_|^webpackJsonp/.test(fn)
      );
  }
}
