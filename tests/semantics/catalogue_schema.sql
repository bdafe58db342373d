CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  customer text,
  tier text NOT NULL CHECK (tier IN ('free', 'starter', 'pro')),
  frozen boolean NOT NULL,
  credits integer NOT NULL,
  rate numeric NOT NULL,
  seen_at timestamptz
);
CREATE TABLE notes (text text NOT NULL);
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE shifts (
  id uuid PRIMARY KEY,
  begins timestamp NOT NULL,
  ends timestamptz,
  mood mood NOT NULL,
  moods mood[] NOT NULL
);
