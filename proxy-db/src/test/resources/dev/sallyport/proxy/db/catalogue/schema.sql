CREATE SCHEMA app; CREATE SCHEMA other; CREATE SCHEMA "public.x";
CREATE EXTENSION citext; CREATE EXTENSION hstore;
CREATE TABLE public.customers (id int PRIMARY KEY, dropped int, name text, email citext);
ALTER TABLE public.customers DROP COLUMN dropped;
CREATE TABLE public.secrets (id int, secret text);
CREATE TABLE "public.x".secrets (id int);
CREATE TABLE app.both_here (id int); CREATE TABLE other.both_here (id int);
CREATE TABLE public.pg_class (id int);
CREATE TABLE public.orders (id int, at date, note text) PARTITION BY RANGE (at);
CREATE TABLE public.orders_2026 PARTITION OF public.orders
  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE public.animals (name text);
CREATE TABLE public.dogs (breed text) INHERITS (public.animals);
CREATE TABLE public.puppies (age int) INHERITS (public.dogs);
CREATE VIEW public.names AS SELECT id, name FROM public.customers;
CREATE VIEW public.mails AS SELECT c.id, lower(c.email) FROM public.customers c;
CREATE VIEW public.wholes AS SELECT c.id, to_jsonb(c) FROM public.customers c;
CREATE VIEW public.deep AS
  SELECT m.*, s.secret FROM public.mails m JOIN public.secrets s USING (id);
CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM public.deep;
CREATE SEQUENCE public.numbers;
CREATE FUNCTION public.lower(varchar) RETURNS text VOLATILE LANGUAGE plpgsql
  AS 'begin delete from secrets; return ''x''; end';
CREATE FUNCTION public.spread(int, VARIADIC text[] DEFAULT '{}') RETURNS int
  LANGUAGE sql AS 'select 1';
CREATE FUNCTION public.two(int, int DEFAULT 7) RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION public.peek(public.customers) RETURNS text LANGUAGE sql STABLE
  SECURITY DEFINER AS 'select secret from secrets';
CREATE FUNCTION public.sum_secret(int, int) RETURNS int LANGUAGE sql
  AS 'select max(id) from secrets';
CREATE OPERATOR public.<+> (LEFTARG = int, RIGHTARG = int,
  FUNCTION = public.sum_secret);
CREATE PROCEDURE public.work() LANGUAGE sql AS 'delete from secrets';
CREATE DOMAIN public.table_name AS regclass;
CREATE TYPE public.holder AS (id int, what public.table_name[]);
CREATE TYPE public.mood AS ENUM ('sad', 'glad');
CREATE TYPE public.temperature AS (degrees int);
CREATE FUNCTION public.to_temperature(text) RETURNS public.temperature
  LANGUAGE sql AS 'select row(1)::public.temperature';
CREATE CAST (text AS public.temperature)
  WITH FUNCTION public.to_temperature(text) AS ASSIGNMENT;
